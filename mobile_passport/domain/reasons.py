"""Why people are on no route, in plain Indonesian, and what would help."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonText:
    """What a stable reason code means to people.

    Attributes
    ----------
    sentence
        Why, as people read it.
    help
        What would change it, as an offer.
    """

    sentence: str
    help: str


_UNKNOWN = ReasonText(
    sentence="Belum ada jadwal dalam rencana ini.",
    help="Hubungi Kantor Imigrasi; petugas akan memeriksa permintaan ini.",
)

_TEXTS = {
    # Deadlines and days
    "no_day_before_deadline": ReasonText(
        sentence="Tidak ada hari layanan sebelum batas waktu yang diminta.",
        help="Sepakati batas waktu yang lebih lambat, atau datang langsung ke Kantor Imigrasi.",
    ),
    "no_working_day": ReasonText(
        sentence="Hari yang diminta bukan hari layanan tim keliling.",
        help="Pilih hari lain; kalender rencana menunjukkan hari layanan.",
    ),
    "booked_day_not_kept": ReasonText(
        sentence="Hari yang sudah dipesan tidak dapat dilayani dalam rencana ini.",
        help="Petugas akan menghubungi Anda untuk menyepakati hari lain; setelah pesanan dilepas, hari mana pun bisa.",
    ),
    "no_shift_with_skill": ReasonText(
        sentence="Tidak ada tim dengan peralatan yang diperlukan pada hari yang diminta.",
        help="Pilih hari lain, atau tambah tim yang dapat melakukan kunjungan ini.",
    ),
    # Ways
    "unreachable": ReasonText(
        sentence="Perjalanan pulang-pergi dan waktu layanan tidak cukup dalam satu hari kerja.",
        help="Layani di tempat yang lebih dekat, dengan jam kerja lebih panjang, atau bagi menjadi beberapa kelompok.",
    ),
    "below_travel_cost": ReasonText(
        sentence="Terlalu sedikit orang untuk perjalanan sejauh ini.",
        help="Ajak lebih banyak orang di tempat yang sama, atau bergabung dengan tempat terdekat.",
    ),
    # Other visits and groups
    "displaced": ReasonText(
        sentence="Tempatnya dipakai permintaan lain yang didahulukan menurut aturan antrean.",
        help="Tambah hari layanan atau tim, atau tunggu rencana berikutnya.",
    ),
    "alternative_planned": ReasonText(
        sentence="Orang yang sama sudah dijadwalkan dengan pilihan waktu atau tempat lain.",
        help="Tidak perlu apa-apa; lihat jadwal yang sudah ada.",
    ),
    "not_found": ReasonText(
        sentence="Belum ditemukan tempat dalam rencana ini, walaupun mungkin masih ada.",
        help="Jalankan perencanaan lebih lama, atau tunggu rencana berikutnya.",
    ),
    # Gathering
    "no_venue_in_reach": ReasonText(
        sentence="Tidak ada tempat layanan yang cukup dekat dengan rumah para pemohon.",
        help="Usulkan balai desa atau sekolah yang dekat.",
    ),
    "no_step_free_venue": ReasonText(
        sentence="Tidak ada tempat layanan di dekatnya yang dapat dimasuki kursi roda.",
        help="Usulkan tempat tanpa tangga, atau minta kunjungan rumah.",
    ),
    "over_capacity": ReasonText(
        sentence="Jumlah orang melebihi daya tampung tempat layanan di dekatnya.",
        help="Usulkan tempat yang lebih besar, atau bagi menjadi beberapa kelompok.",
    ),
    "below_minimum": ReasonText(
        sentence="Jumlah orang masih di bawah jumlah paling sedikit untuk satu hari layanan.",
        help="Ajak lebih banyak orang, atau bergabung dengan kelompok di desa sebelah.",
    ),
    "costs_more": ReasonText(
        sentence="Membuka tempat layanan tersendiri belum sepadan untuk jumlah orang ini.",
        help="Ajak lebih banyak orang, atau bergabung dengan kelompok terdekat.",
    ),
}


def reason_text(code: str) -> ReasonText:
    """Say a reason code in Indonesian; a code that is not known gets a true and harmless sentence.

    Codes are those of ``optimizer.plan.ReasonCode``, ``optimizer.gathering.problem.UnservedCode`` and
    ``no_day_before_deadline`` and ``booked_day_not_kept`` of the planning.
    """
    return _TEXTS.get(code, _UNKNOWN)
