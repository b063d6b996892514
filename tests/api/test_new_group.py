"""A new group, from the list of its people to a booked day."""

from html import unescape

import pytest

from api.body import LARGEST_BODY_BYTES
from mobile_passport.clock import utc_now
from mobile_passport.services.booking.list_bookings import list_bookings
from mobile_passport.services.world import World
from tests.api.clerk import HEADINGS, Clerk, clerk, letter, listed

__all__ = ["clerk"]


XSS = "<script>alert(1)</script>"


def test_a_group_goes_from_the_list_to_a_booked_day(clerk: Clerk, world: World) -> None:
    group = clerk.hand_in()
    assert "dipesan, menunggu rencana" in clerk.get(group).text
    assert clerk.page.count("0 dari") == 3
    booked = list_bookings(world, caller=clerk.caller, now=utc_now())
    assert [(one.places, one.request, one.state.value) for one in booked] == [(3, group.rpartition("/")[2], "booked")]
    assert group in clerk.get("/kelompok").text


def test_problems_stand_in_the_rows_that_have_them_and_nothing_typed_is_lost(clerk: Clerk) -> None:
    good = listed(3, start=77).replace("01-01-1960;L;081234567801", "31-02-1960;Q;081234567801")
    clerk.upload(good)
    assert "Baris 3: Orang Bo" in clerk.page
    assert "Baris 2: Orang Ao" not in clerk.page
    clerk.step(ke="periksa", **(letter() | {"s-3-birth_date": "32-01-1960", "s-3-sex": "L"}))
    assert clerk.problems() == [
        "Bukan tanggal yang dapat dibaca. Tulis tanggal-bulan-tahun, misalnya 05-03-1958 atau 5 Maret 1958."
    ]
    assert 'value="32-01-1960"' in clerk.page
    clerk.step(ke="periksa", **{"s-3-birth_date": "02-01-1960"})
    assert "Di mana kelompok ini dilayani?" in clerk.page


def test_a_rounded_nik_has_to_be_typed_anew(clerk: Clerk) -> None:
    clerk.upload(listed(2, start=90).replace("3505010101600091", "3,50501E+15"))
    clerk.step(ke="periksa", **letter())
    said = "Nomor tersimpan sebagai angka, bukan teks; digit terakhirnya mungkin sudah berubah. Ketik NIK dari KTP."
    assert clerk.problems() == [said]
    clerk.step(ke="periksa", **{"s-2-nik": "3505010101609091", "h-wished": "minggu kedua desember"})
    assert [problem.partition(", misalnya ")[2] for problem in clerk.problems()] == [
        "12-01-2027; 14-01-2027 atau 12 s.d. 14 Januari 2027."
    ]
    assert clerk.page.count("12 s.d. 14 Januari 2027.") == 2  # the help beside the field says it too
    clerk.step(ke="periksa", **{"h-wished": ""})
    assert "Di mana kelompok ini dilayani?" in clerk.page


def test_what_the_file_says_and_nobody_reads_stands_open_on_the_page(clerk: Clerk) -> None:
    header, *rows = listed(2).splitlines()
    clerk.upload(
        "\n".join([f"{header};Alamat;Ket", *(f"{row};Ds. Kauman;stroke" for row in rows), ";;;;Kepala KUA;;;"])
    )
    assert "2 orang terbaca" in clerk.page
    unread = unescape(clerk.page.partition("tidak dibaca</h2>")[2].partition("</div>")[0])
    for said in (
        "Kolom “Alamat” tidak",
        "Isinya: “Ds. Kauman”",
        "Isinya: “stroke”",
        "Baris 4 di bawah",
        "“Kepala KUA”",
    ):
        assert said in unread
    assert "<details" not in clerk.page


def test_a_column_that_is_missing_is_said_first_and_every_column_by_its_name(clerk: Clerk) -> None:
    answer = clerk.upload("No;Nama;Alamat;Tgl Lahir;L/P;No HP\n1;Siti;Kauman;01-01-1960;P;0812")
    missing, unknown = (unescape(answer.text).find(f"Kolom “{name}” tidak") for name in ("NIK", "Alamat"))
    assert 0 < missing < unknown


def test_a_row_can_be_taken_out_and_a_column_filled_for_everybody(clerk: Clerk) -> None:
    without_case = "\n".join(line.rpartition(";")[0] for line in listed(2).splitlines())
    clerk.upload(without_case + "\nSiti;;;;")
    assert "Kolom “Jenis Paspor” tidak ada di daftar" in clerk.page
    fields = letter() | {"isi-passport_case": "Baru", "hapus": "4"}
    clerk.step(ke="periksa", **fields)
    assert "Di mana kelompok ini dilayani?" in clerk.page


def test_people_can_be_typed_into_a_table_that_grows(clerk: Clerk) -> None:
    clerk.type_list()
    cells = {"name": "Siti Contoh", "nik": "3505014101600001", "birth_date": "01-01-1960", "sex": "P"}
    typed = {f"s-1-{name}": text for name, text in cells.items()}
    clerk.step(ke="tambah", **typed)
    assert 'name="s-12-name"' not in clerk.page
    assert 'name="s-11-name"' in clerk.page
    assert 'value="Siti Contoh"' in clerk.page
    clerk.step(ke="periksa", **(letter() | {"s-1-passport_case": "Baru"}))
    assert "Di mana kelompok ini dilayani?" in clerk.page


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        pytest.param("", "a.csv", "Berkas kosong.", id="empty"),
        pytest.param("%PDF-1.4", "a.pdf", "Jenis berkas ini tidak dapat dibaca", id="another kind"),
        pytest.param("Halo\nDunia", "a.csv", "Baris judul kolom tidak ditemukan.", id="no list"),
        pytest.param(
            "\n".join([f"Nomor Surat;{HEADINGS}", *(f"B-{i};A;1;1;L;0;Baru" for i in range(2))]),
            "a.csv",
            "berisi 2 surat",
            id="two letters",
        ),
        pytest.param("\n".join([HEADINGS, *["A;1;1;L;0;Baru"] * 6_000]), "a.csv", "lebih dari", id="too many rows"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_a_way_out(clerk: Clerk, text: str, name: str, said: str) -> None:
    answer = clerk.upload(text, name)
    assert answer.status_code == 422
    assert said in unescape(answer.text)
    assert "Pilih berkas, atau seret ke sini" in answer.text


def test_a_file_that_is_too_large_is_refused_in_the_language_of_the_reader(clerk: Clerk) -> None:
    too_large = "x" * (LARGEST_BODY_BYTES + 1)
    assert "Paling besar 5 MiB." in clerk.upload(too_large).text
    clerk.headers["Cookie"] += "; bahasa=en"
    assert "At most 5 MiB." in clerk.upload(too_large).text


def test_without_a_file_the_page_asks_for_one(clerk: Clerk) -> None:
    assert "Pilih berkas dulu" in clerk.send("/kelompok/baru/berkas").text


def test_an_ambiguous_place_is_asked(clerk: Clerk) -> None:
    clerk.to_place()
    clerk.step(ke="cari", gedung="cari", **{"h-place": "Desa Sumberejo"})
    assert "Yang mana yang dimaksud?" in clerk.page
    assert clerk.page.count('type="radio" name="desa"') > 1
    clerk.step(ke="hari", gedung="cari", **{"h-place": "Desa Sumberejo"})
    assert "Pilih tempatnya pada daftar atau peta" in clerk.page


@pytest.mark.parametrize(
    ("lat", "lon", "said"),
    [
        pytest.param("-8.9", "112.2", "Pin berada di laut", id="in the sea"),
        pytest.param("-8.0983", "112.1681", "di luar kabupaten", id="in the city, where this clerk hands nothing in"),
        pytest.param("-8.128", "112.202", "orang perlu tempat", id="near the village"),
    ],
)
def test_a_pin_has_to_lie_on_the_clerks_own_land(clerk: Clerk, lat: str, lon: str, said: str) -> None:
    clerk.to_place()
    place = {"h-place": "Karangsono, Kanigoro", "gedung": "cari"}
    clerk.step(ke="cari", **place)
    clerk.step(ke="hari", desa="3505102007", lat=lat, lon=lon, **place)
    assert said in clerk.page


def test_the_office_can_be_left_to_find_the_place(clerk: Clerk) -> None:
    clerk.to_place()
    place = {"h-place": "rumah pak lurah", "gedung": "cari"}
    clerk.step(ke="cari", **place)
    clerk.step(ke="kantor", **place)
    clerk.step(ke="tanpa")
    assert "tempatnya sedang diperiksa kantor" in clerk.get(clerk.finish()).text


def test_handing_in_twice_makes_one_request(clerk: Clerk) -> None:
    clerk.to_days()
    clerk.step(ke="tanpa")
    form, hidden = clerk.form(), clerk.hidden()
    first = clerk.finish()
    again = clerk.send(form, ke="serahkan", **hidden)
    assert first.endswith("kabar=diterima")
    assert again.headers["location"] == first.partition("?")[0]
    assert clerk.get(form).headers["location"] == first.partition("?")[0]  # so does the way back
    assert clerk.get("/kelompok").text.count("<article") == 1


def test_the_same_letter_with_the_same_people_is_told_to_be_there_already(clerk: Clerk) -> None:
    head, people = letter(), listed(2)
    for said in ("kabar=diterima", "/kelompok?sudah=1"):
        clerk.upload(people)
        clerk.step(ke="periksa", **head)
        clerk.step(ke="cari", gedung="cari", **{"h-place": "rumah pak lurah"})
        clerk.step(ke="kantor", gedung="cari", **{"h-place": "rumah pak lurah"})
        clerk.step(ke="tanpa")
        assert clerk.finish().endswith(said)
    assert "sudah pernah diserahkan" in clerk.get("/kelompok?sudah=1").text


def test_what_is_typed_is_shown_as_text_and_never_as_markup(clerk: Clerk) -> None:
    clerk.upload(listed(2).replace("Orang Ao", XSS))
    clerk.step(ke="periksa", **(letter() | {"h-contact_name": XSS, "h-reference": XSS}))
    assert XSS not in clerk.page
    assert "&lt;script&gt;" in clerk.page
