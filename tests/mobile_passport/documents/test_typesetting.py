"""One page is one picture."""

import pytest

from mobile_passport.documents.typesetting import make_png


def test_data_reach_the_template_and_two_pages_are_no_picture() -> None:
    assert make_png(b"#json(bytes(sys.inputs.data)).word", {"word": "#panic()"}, ppi=36).startswith(b"\x89PNG")
    with pytest.raises(TypeError, match="not one file"):
        make_png(b"a #pagebreak() b", {}, ppi=36)
