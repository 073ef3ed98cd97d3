//! Days: "yesterday", "last Friday", "12 March", "12.3.", "2026-03-12", "two weeks ago".

use std::ops::Range;
use std::sync::LazyLock;

use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan};
use regex::Regex;

use super::numbers::{in_digits, in_words};
use super::tokens::{Message, Phrases};
use super::{Found, Words};
use crate::intents::{DateUnit, DateWords};
use crate::model::{DateRange, EntityKind, EntityValue};

/// Whoever says "two weeks ago" may be some days off; of months and years half of one.
const WEEKS_OFF: i64 = 3;
const MONTHS_OFF: i64 = 15;
const YEARS_OFF: i64 = 182;
/// Nobody orders from further back.
const FURTHEST: u32 = 600;

/// The phrases of [`DateWords`], ready to be looked up.
#[derive(Debug, Default)]
pub(super) struct DatePhrases {
    months: Phrases,
    weekdays: Phrases,
    days: Phrases,
    units: Phrases,
    one: Phrases,
    ago: Phrases,
    ago_before: Phrases,
    last: Phrases,
    this: Phrases,
    before: Phrases,
    gap: Phrases,
}

impl DatePhrases {
    pub(super) fn new(words: &DateWords) -> DatePhrases {
        fn keys<'a>(words: impl Iterator<Item = &'a String>) -> Phrases {
            Phrases::new(&words.cloned().collect::<Vec<_>>())
        }
        DatePhrases {
            months: keys(words.months.keys()),
            weekdays: keys(words.weekdays.keys()),
            days: keys(words.days.keys()),
            units: keys(words.units.keys()),
            one: Phrases::new(&words.one),
            ago: Phrases::new(&words.ago),
            ago_before: Phrases::new(&words.ago_before),
            last: Phrases::new(&words.last),
            this: Phrases::new(&words.this),
            before: Phrases::new(&words.before),
            gap: Phrases::new(&words.gap),
        }
    }
}

/// Every mention of days. `today` is the day on which the message was written.
pub(super) fn find(message: &Message, words: &Words, today: Date) -> Vec<Found> {
    let scene = Scene { message, words, phrases: &words.dates, known: &words.raw.dates, today };
    let mut found: Vec<Found> = scene.numeric();
    let mut at = 0;
    while at < message.tokens.len() {
        match scene.spoken(at).filter(|(_, to)| *to > at) {
            Some((range, to)) => {
                found.push(entity(range, message.bytes(at..to)));
                at = to;
            }
            None => at += 1,
        }
    }
    found
}

fn entity(range: DateRange, bytes: Range<usize>) -> Found {
    Found { kind: EntityKind::Date, values: vec![EntityValue::Dates(range)], bytes, rank: 1 }
}

/// What a mention is read with.
struct Scene<'a> {
    message: &'a Message,
    words: &'a Words,
    phrases: &'a DatePhrases,
    known: &'a DateWords,
    today: Date,
}

static ISO: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\b(?P<y>(?:19|20)\d\d)-(?P<a>\d{1,2})-(?P<b>\d{1,2})\b").ok());
static POINTS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\b(?P<a>\d{1,2})\.\s?(?P<b>\d{1,2})\.(?:\s?(?P<y>(?:19|20)?\d\d)\b)?").ok()
});
static SLASHES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\b(?P<a>\d{1,2})(?P<s>[/-])(?P<b>\d{1,2})(?:[/-](?P<y>(?:19|20)?\d\d))?\b").ok()
});

impl Scene<'_> {
    /// Dates in digits.
    fn numeric(&self) -> Vec<Found> {
        let text = &self.message.folded.text;
        let mut found: Vec<Found> = Vec::new();
        for (regex, shape) in [(&*ISO, 'i'), (&*POINTS, '.'), (&*SLASHES, '/')] {
            for hit in regex.iter().flat_map(|regex| regex.captures_iter(text)) {
                let number = |name: &str| hit.name(name).and_then(|part| part.as_str().parse::<i16>().ok());
                let (Some(all), Some(a), Some(b)) = (hit.get(0), number("a"), number("b")) else { continue };
                let day_first = shape == '.' || (shape == '/' && self.known.day_first);
                let (day, month) = if day_first { (a, b) } else { (b, a) };
                let at = self.message.within(&all.range()).start;
                // "In 8.5." is a size.
                let sized = self.words.size_before.before(&self.message.tokens, at) > 0;
                let placed = if sized { 0 } else { self.phrases.before.before(&self.message.tokens, at) };
                let year = number("y");
                // "8.5." may end a sentence and "32/34" is a size: without a year the place must tell.
                let sure = match shape {
                    '.' => year.is_some() || placed > 0 || self.known.day_first,
                    '/' => year.is_some() || (placed > 0 && hit.name("s").is_some_and(|s| s.as_str() == "/")),
                    _ => true,
                };
                let overlaps = found.iter().any(|f| f.bytes.start < all.end() && all.start() < f.bytes.end);
                let date = self.date(year, month, day).filter(|_| sure && !overlaps);
                // "From 12.3." is no price: with its word the date is the longer find.
                let first = self.message.tokens.get(at.saturating_sub(placed));
                let start = first.map_or(all.start(), |token| token.range.start.min(all.start()));
                found.extend(date.map(|date| entity(DateRange::day(date), start..all.end())));
            }
        }
        found
    }

    /// What begins at a token, in words, and where it ends.
    fn spoken(&self, at: usize) -> Option<(DateRange, usize)> {
        self.relative_day(at)
            .or_else(|| self.ago(at))
            .or_else(|| self.stretch(at))
            .or_else(|| self.day_and_month(at))
            .or_else(|| self.month_and_day(at))
            .or_else(|| self.last_or_this(at))
            .or_else(|| self.alone(at))
    }

    /// "yesterday"
    fn relative_day(&self, at: usize) -> Option<(DateRange, usize)> {
        let taken = self.phrases.days.at(&self.message.tokens, at);
        let offset = *self.known.days.get(&self.message.phrase(at..at + taken))?;
        let day = self.today.checked_add(i64::from(offset).days()).ok()?;
        Some((DateRange::day(day), at + taken))
    }

    /// "two weeks ago", "vor zwei Wochen"
    fn ago(&self, at: usize) -> Option<(DateRange, usize)> {
        let tokens = &self.message.tokens;
        let before = self.phrases.ago_before.at(tokens, at);
        let (number, taken) = self.count(at + before)?;
        let unit_at = at + before + taken;
        let (unit, unit_taken) = self.unit(unit_at)?;
        let end = unit_at + unit_taken;
        let behind = self.phrases.ago.at(tokens, end);
        if before == 0 && behind == 0 {
            return None;
        }
        let (back, off) = match unit {
            DateUnit::Day => (i64::from(number).days(), 0),
            DateUnit::Week => (i64::from(number).weeks(), WEEKS_OFF),
            DateUnit::Month => (i64::from(number).months(), MONTHS_OFF),
            DateUnit::Year => (i64::from(number).years(), YEARS_OFF),
        };
        let day = self.back(back)?;
        let from = day.checked_sub(off.days()).ok()?;
        let to = day.checked_add(off.days()).ok()?.min(self.today);
        Some((DateRange { from, to }, end + behind))
    }

    /// "the last two weeks"
    fn stretch(&self, at: usize) -> Option<(DateRange, usize)> {
        let last = self.phrases.last.at(&self.message.tokens, at);
        let (number, taken) = self.count(at + last).filter(|_| last > 0)?;
        let (unit, unit_taken) = self.unit(at + last + taken)?;
        let from = self.back(span(unit, number))?;
        Some((DateRange { from, to: self.today }, at + last + taken + unit_taken))
    }

    /// "12 March", "12th of March 2026"
    fn day_and_month(&self, at: usize) -> Option<(DateRange, usize)> {
        let day = self.day_number(at)?;
        let gap = self.phrases.gap.at(&self.message.tokens, at + 1);
        let (month, taken) = self.month(at + 1 + gap)?;
        let end = at + 1 + gap + taken;
        let year = self.year(end);
        Some((DateRange::day(self.date(year, month, day)?), end + usize::from(year.is_some())))
    }

    /// "March 12th"
    fn month_and_day(&self, at: usize) -> Option<(DateRange, usize)> {
        let (month, taken) = self.month(at)?;
        let gap = self.phrases.gap.at(&self.message.tokens, at + taken);
        let day_at = at + taken + gap;
        let day = self.day_number(day_at)?;
        let year = self.year(day_at + 1);
        Some((DateRange::day(self.date(year, month, day)?), day_at + 1 + usize::from(year.is_some())))
    }

    /// "last week", "this month", "last Friday", "last March"
    fn last_or_this(&self, at: usize) -> Option<(DateRange, usize)> {
        let tokens = &self.message.tokens;
        let (last, this) = (self.phrases.last.at(tokens, at), self.phrases.this.at(tokens, at));
        let named = at + last.max(this);
        if named == at {
            return None;
        }
        if let Some((unit, taken)) = self.unit(named) {
            return Some((self.calendar(unit, last > 0)?, named + taken));
        }
        if let Some((weekday, taken)) = self.weekday(named) {
            let latest = self.latest(weekday)?;
            // "Last Wednesday", on a Wednesday, is a week back.
            let day =
                if last > 0 && latest == self.today { latest.checked_sub(1.week()).ok()? } else { latest };
            return Some((DateRange::day(day), named + taken));
        }
        let (month, taken) = self.month(named)?;
        Some((self.whole_month(month)?, named + taken))
    }

    /// "on Friday", "in March": only where a word before it says that it is a date.
    fn alone(&self, at: usize) -> Option<(DateRange, usize)> {
        let before = self.phrases.before.at(&self.message.tokens, at);
        let named = at + before;
        if let Some((weekday, taken)) = self.weekday(named) {
            return Some((DateRange::day(self.latest(weekday)?), named + taken));
        }
        let (month, taken) = self.month(named).filter(|_| before > 0)?;
        let end = named + taken;
        match self.year(end) {
            Some(year) => Some((month_of(year, month)?, end + 1)),
            None => Some((self.whole_month(month)?, end)),
        }
    }

    /// "two", "14", and "a" of "a week ago".
    fn count(&self, at: usize) -> Option<(u32, usize)> {
        let tokens = &self.message.tokens;
        let digits = tokens.get(at).and_then(|token| in_digits(&token.text, FURTHEST)).map(|n| (n, 1));
        let spoken = || in_words(tokens, at, self.words).filter(|(n, _)| *n <= FURTHEST);
        let one = || Some(self.phrases.one.at(tokens, at)).filter(|taken| *taken > 0).map(|taken| (1, taken));
        digits.or_else(spoken).or_else(one)
    }

    fn unit(&self, at: usize) -> Option<(DateUnit, usize)> {
        let taken = self.phrases.units.at(&self.message.tokens, at);
        Some((*self.known.units.get(&self.message.phrase(at..at + taken))?, taken))
    }

    fn month(&self, at: usize) -> Option<(i16, usize)> {
        let taken = self.phrases.months.at(&self.message.tokens, at);
        let month = *self.known.months.get(&self.message.phrase(at..at + taken))?;
        i16::try_from(month).ok().map(|month| (month, taken))
    }

    fn weekday(&self, at: usize) -> Option<(Weekday, usize)> {
        let taken = self.phrases.weekdays.at(&self.message.tokens, at);
        let number = *self.known.weekdays.get(&self.message.phrase(at..at + taken))?;
        let weekday = i8::try_from(number).ok().and_then(|n| Weekday::from_monday_one_offset(n).ok())?;
        Some((weekday, taken))
    }

    /// `12`, `12th`, "second"
    fn day_number(&self, at: usize) -> Option<i16> {
        let text = self.message.tokens.get(at)?.text.as_str();
        let number = match self.words.raw.ordinals.get(text) {
            Some(number) => *number,
            None => in_digits(text.trim_end_matches(|c: char| c.is_ascii_lowercase()), 31)
                .filter(|_| text.len() <= 4)?,
        };
        i16::try_from(number).ok().filter(|day| (1..=31).contains(day))
    }

    fn year(&self, at: usize) -> Option<i16> {
        let text = self.message.tokens.get(at)?.text.as_str();
        in_digits(text, 2100).filter(|year| *year >= 1990).and_then(|year| i16::try_from(year).ok())
    }

    /// That day; without a year the one nearest to today.
    fn date(&self, year: Option<i16>, month: i16, day: i16) -> Option<Date> {
        let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
        let of = |year: i16| Date::new(year, month, day).ok();
        match year {
            Some(year) if year < 100 => of(2000 + year),
            Some(year) => of(year),
            None => {
                let now = self.today.year();
                let near = [now - 1, now, now + 1].into_iter().filter_map(of);
                near.min_by_key(|date| days_between(*date, self.today).abs())
            }
        }
    }

    fn back(&self, span: Span) -> Option<Date> {
        self.today.checked_sub(span).ok()
    }

    /// The last one that has begun.
    fn latest(&self, weekday: Weekday) -> Option<Date> {
        let back = self.today.weekday().since(weekday);
        self.back(i64::from(back).days())
    }

    /// This week, month or year, or the one before; weeks begin on Monday.
    fn calendar(&self, unit: DateUnit, before: bool) -> Option<DateRange> {
        let day = if before { self.back(span(unit, 1))? } else { self.today };
        match unit {
            DateUnit::Day => Some(DateRange::day(day)),
            DateUnit::Week => {
                let monday = day.checked_sub(i64::from(day.weekday().to_monday_zero_offset()).days()).ok()?;
                Some(DateRange { from: monday, to: monday.checked_add(6.days()).ok()? })
            }
            DateUnit::Month => Some(DateRange { from: day.first_of_month(), to: day.last_of_month() }),
            DateUnit::Year => Some(DateRange { from: day.first_of_year(), to: day.last_of_year() }),
        }
    }

    /// The last one that has begun.
    fn whole_month(&self, month: i16) -> Option<DateRange> {
        let this_year = month_of(self.today.year(), month)?;
        if this_year.from <= self.today { Some(this_year) } else { month_of(self.today.year() - 1, month) }
    }
}

fn month_of(year: i16, month: i16) -> Option<DateRange> {
    let first = Date::new(year, i8::try_from(month).ok()?, 1).ok()?;
    Some(DateRange { from: first, to: first.last_of_month() })
}

fn span(unit: DateUnit, number: u32) -> Span {
    let number = i64::from(number);
    match unit {
        DateUnit::Day => number.days(),
        DateUnit::Week => number.weeks(),
        DateUnit::Month => number.months(),
        DateUnit::Year => number.years(),
    }
}

fn days_between(a: Date, b: Date) -> i32 {
    a.duration_until(b).as_hours() as i32 / 24
}
