// The form of a NIK, looked at before the office is asked: the same rules as in mobile_passport/domain/nik.py.

const DAY_OFFSET_WOMEN = 40;

/** Say what is impossible about a NIK; null when nothing is. */
export function nikFault(nik) {
  if (!/^[0-9]{16}$/.test(nik)) return "not_16_digits";
  const [coded, month, year] = [6, 8, 10].map((at) => Number(nik.slice(at, at + 2)));
  const day = coded > DAY_OFFSET_WOMEN ? coded - DAY_OFFSET_WOMEN : coded;
  // Only 29 February depends on the century, and 2000 has one where 1900 has none.
  const date = new Date(Date.UTC(2000 + year, month - 1, day));
  if (date.getUTCDate() !== day || date.getUTCMonth() !== month - 1) return "birth_date_impossible";
  return nik.endsWith("0000") ? "serial_zero" : null;
}
