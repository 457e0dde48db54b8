/** Units: from an id to how its numbers are written. */

import { formatDate, fromNow, isToday, localDate, type TimeZone } from './dates.ts';
import { clockMilliseconds, clockSeconds, days, daysHoursMinutesSeconds, hours, hoursMinutesSeconds, inWords, microseconds, milliseconds, minutes, nanoseconds, seconds, timeticks } from './durations.ts';
import { binaryUnit, countUnit, currency, decimalOffset, decimalUnit, fixedUnit, type Format, fullCurrency, hexadecimal, hexadecimalPrefixed, localeNumber, percent, percentOfOne, plainText, scaled, scientific, truth } from './numbers.ts';
import { binaryUnits, countUnits, currencyUnits, decimalUnits, fixedUnits } from './unitTable.ts';

const special: Readonly<Record<string, Format>> = {
  string: plainText,
  short: scaled(1000, ['', ' K', ' Mil', ' Bil', ' Tri', ' Quadr', ' Quint', ' Sext', ' Sept']),
  pressurepsi: scaled(1000, ['psi', 'ksi', 'Mpsi']),
  percent, percentunit: percentOfOne, hex0x: hexadecimalPrefixed, hex: hexadecimal, sci: scientific, locale: localeNumber,
  bool: truth('True', 'False'), bool_yes_no: truth('Yes', 'No'), bool_on_off: truth('On', 'Off'),
  ns: nanoseconds, µs: microseconds, ms: milliseconds, s: seconds, m: minutes, h: hours, d: days,
  dtdurationms: inWords('millisecond'), dtdurations: inWords('second'), dthms: hoursMinutesSeconds, dtdhms: daysHoursMinutesSeconds, timeticks, clockms: clockMilliseconds, clocks: clockSeconds,
};

const iso = 'YYYY-MM-DD HH:mm:ss';
const american = 'MM/DD/YYYY h:mm:ss a';

/** Units that are points of time, in milliseconds since 1970. */
const dates: Readonly<Record<string, (zone: TimeZone) => Format>> = {
  dateTimeAsIso: (zone) => (value) => ({ text: formatDate(value, iso, zone) }),
  dateTimeAsIsoNoDateIfToday: (zone) => (value) => ({ text: formatDate(value, isToday(value) ? 'HH:mm:ss' : iso, zone) }),
  dateTimeAsUS: (zone) => (value) => ({ text: formatDate(value, american, zone) }),
  dateTimeAsUSNoDateIfToday: (zone) => (value) => ({ text: formatDate(value, isToday(value) ? 'h:mm:ss a' : american, zone) }),
  dateTimeAsLocal: (zone) => (value) => ({ text: localDate(value, zone, true) }),
  dateTimeAsLocalNoDateIfToday: (zone) => (value) => ({ text: localDate(value, zone, !isToday(value)) }),
  dateTimeAsSystem: (zone) => (value, _, showMilliseconds) => ({ text: formatDate(value, showMilliseconds === true ? `${iso}.SSS` : iso, zone) }),
  dateTimeFromNow: () => (value) => ({ text: fromNow(value, Date.now()) }),
};

/** Every unit by its id. */
export const unitIds: readonly string[] = [...Object.keys(special), ...Object.keys(dates), ...Object.keys(fixedUnits), ...Object.keys(decimalUnits), ...Object.keys(binaryUnits), ...Object.keys(countUnits), ...Object.keys(currencyUnits)];

const known = new Map<string, Format>();

/** How numbers of a unit are written; an unknown id is itself the text behind the number. */
export function valueFormat(unit: string, zone: TimeZone = 'browser'): Format {
  const key = `${zone} ${unit}`;
  let format = known.get(key);
  if (format === undefined) known.set(key, (format = makeFormat(unit, zone)));
  return format;
}

/** Whether a unit is a point of time. */
export function isDateUnit(unit: string): boolean {
  return (Object.hasOwn(dates, unit) && unit !== 'dateTimeAsSystem') || unit.startsWith('time:');
}

function own<Value>(table: Readonly<Record<string, Value>>, id: string): Value | undefined {
  return Object.hasOwn(table, id) ? table[id] : undefined;
}

function makeFormat(unit: string, zone: TimeZone): Format {
  const fixed = own(fixedUnits, unit);
  if (fixed !== undefined) return fixedUnit(fixed);
  const count = own(countUnits, unit);
  if (count !== undefined) return countUnit(count);
  const scale = own(decimalUnits, unit);
  if (scale !== undefined) return decimalUnit(...scale);
  const binary = own(binaryUnits, unit);
  if (binary !== undefined) return binaryUnit(...binary);
  const money = own(currencyUnits, unit);
  if (money !== undefined) return currency(...money);
  return own(special, unit) ?? own(dates, unit)?.(zone) ?? customFormat(unit, zone);
}

/** `suffix:x`, `time:HH:mm`, `si:mF`, … */
function customFormat(unit: string, zone: TimeZone): Format {
  const colon = unit.indexOf(':');
  const rest = unit.slice(colon + 1);
  switch (colon > 0 ? unit.slice(0, colon) : '') {
    case 'prefix': return fixedUnit(rest, true);
    case 'suffix': return fixedUnit(rest);
    case 'time': return (value) => ({ text: formatDate(value, rest, zone) });
    case 'si': {
      const offset = decimalOffset(rest.charAt(0));
      return decimalUnit(offset === 0 ? rest : rest.slice(1), offset);
    }
    case 'count': return countUnit(rest);
    case 'currency': {
      const [first, symbol, place] = rest.split(':');
      if (first !== 'financial' || symbol === undefined) return currency(rest);
      return symbol === '' ? fixedUnit('') : fullCurrency(symbol, place === 'suffix');
    }
    case 'bool': {
      const slash = rest.indexOf('/');
      return slash >= 0 ? truth(rest.slice(0, slash), rest.slice(slash + 1)) : truth(rest, '-');
    }
    default: return fixedUnit(unit);
  }
}
