"""Write the sample season into a folder: ``python -m mobile_passport.sample FOLDER``."""

import sys
from pathlib import Path

from mobile_passport.sample.generate import generate_season, write_season

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in write_season(generate_season()).items():
        (folder / name).write_bytes(content)
