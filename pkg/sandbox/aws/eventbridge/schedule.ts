const UNITS = /^rate\((\d+) (minute|hour|day)(s?)\)$/;
const CRON = /^cron\(\S+( \S+){5}\)$/;

/** Whether a text is a schedule: `rate(5 minutes)`, `rate(1 day)`, or `cron(` with six fields. */
export function isSchedule(text: string): boolean {
  const [, count, , plural] = UNITS.exec(text) ?? [];
  if (count === undefined) return CRON.test(text);
  return Number(count) > 0 && (plural === "s") === (Number(count) !== 1);
}
