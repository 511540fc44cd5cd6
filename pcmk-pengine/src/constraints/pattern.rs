//! POSIX extended regular expressions, as far as resource patterns need them. Source: behaviour notes 01 §10.3.
//!
//! A pattern becomes a small program whose threads all advance together over the text, so that matching takes time
//! proportional to text and program and never backtracks. Of all matches the leftmost counts, of those the longest.
//! Back-references are not supported and count as invalid.

use crate::constraints::pattern::Step::{Accept, Assert, Jump, One, Save, Split};

/// Most steps a pattern may compile to; bounds nested counted repetitions.
const STEPS_MAX: usize = 20_000;

/// Deepest nesting of parentheses.
const DEPTH_MAX: usize = 64;

/// Largest count in `{m,n}`, as in POSIX.
const REPEAT_MAX: u32 = 255;

/// The text is not a valid pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidPattern;

/// Something that matches one character.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Character {
    Any,
    Exactly(char),
    Set {
        negated: bool,
        ranges: Vec<(char, char)>,
        classes: Vec<Class>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Alnum,
    Alpha,
    Blank,
    Cntrl,
    Digit,
    Graph,
    Lower,
    Print,
    Punct,
    Space,
    Upper,
    Xdigit,
    /// Letters, digits and underscore.
    Word,
}

impl Class {
    fn has(self, c: char) -> bool {
        match self {
            Class::Alnum => c.is_alphanumeric(),
            Class::Alpha => c.is_alphabetic(),
            Class::Blank => c == ' ' || c == '\t',
            Class::Cntrl => c.is_control(),
            Class::Digit => c.is_ascii_digit(),
            Class::Graph => !c.is_control() && !c.is_whitespace(),
            Class::Lower => c.is_lowercase(),
            Class::Print => !c.is_control(),
            Class::Punct => c.is_ascii_punctuation(),
            Class::Space => c.is_whitespace(),
            Class::Upper => c.is_uppercase(),
            Class::Xdigit => c.is_ascii_hexdigit(),
            Class::Word => c.is_alphanumeric() || c == '_',
        }
    }
}

impl Character {
    fn matches(&self, c: char) -> bool {
        match self {
            Character::Any => true,
            Character::Exactly(wanted) => *wanted == c,
            Character::Set {
                negated,
                ranges,
                classes,
            } => {
                let inside = ranges.iter().any(|&(low, high)| low <= c && c <= high)
                    || classes.iter().any(|class| class.has(c));
                inside != *negated
            }
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Start,
    End,
    WordEdge,
    NoWordEdge,
    WordStart,
    WordEnd,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    One(Character),
    Assert(Place),
    /// Both ways; the first is preferred.
    Split(usize, usize),
    Jump(usize),
    Save(usize),
    Accept,
}

/// A parsed pattern.
#[derive(Clone, Debug)]
pub struct Pattern {
    steps: Vec<Step>,
}

/// A part of a pattern before compilation. Positions are relative, so parts can be copied.
type Part = Vec<Step>;

struct Parser<'t> {
    rest: std::iter::Peekable<std::str::Chars<'t>>,
    groups: usize,
    size: usize,
}

impl Pattern {
    /// Parses a pattern.
    ///
    /// # Errors
    ///
    /// If the pattern is not valid, or too large.
    pub fn parse(text: &str) -> Result<Pattern, InvalidPattern> {
        let mut parser = Parser {
            rest: text.chars().peekable(),
            groups: 0,
            size: 0,
        };
        let body = parser.alternatives(0)?;
        let mut steps = vec![Save(0)];
        append(&mut steps, &body);
        steps.push(Save(1));
        steps.push(Accept);
        if steps.len() > STEPS_MAX {
            return Err(InvalidPattern);
        }
        Ok(Pattern { steps })
    }

    /// Whether the pattern matches anywhere in the text.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        self.find(text).is_some()
    }

    /// The leftmost longest match: its submatches 0 to 9, 0 being the whole.
    #[must_use]
    pub fn find<'t>(&self, text: &'t str) -> Option<Vec<Option<&'t str>>> {
        let mut threads: Vec<Thread> = Vec::new();
        let mut best: Option<[Option<usize>; SLOTS]> = None;
        let mut before: Option<char> = None;
        let mut chars = text
            .char_indices()
            .map(|(at, c)| (at, Some(c)))
            .chain([(text.len(), None)]);
        let mut seen = vec![usize::MAX; self.steps.len()];
        for (round, (at, next)) in (&mut chars).enumerate() {
            let mut ready: Vec<Thread> = Vec::new();
            let here = Here { at, before, next };
            for thread in threads.drain(..) {
                self.follow(thread, here, round, &mut seen, &mut ready);
            }
            if best.is_none() {
                self.follow(
                    Thread {
                        step: 0,
                        slots: [None; SLOTS],
                    },
                    here,
                    round,
                    &mut seen,
                    &mut ready,
                );
            }
            for thread in ready {
                match &self.steps[thread.step] {
                    Accept => {
                        // Later starts are not begun once something matched, but may still be on their way.
                        let better = match &best {
                            None => true,
                            Some(known) => {
                                thread.slots[0] < known[0]
                                    || (thread.slots[0] == known[0] && thread.slots[1] > known[1])
                            }
                        };
                        if better {
                            best = Some(thread.slots);
                        }
                    }
                    One(one) => {
                        let is_late = best.is_some_and(|known| thread.slots[0] > known[0]);
                        if !is_late && next.is_some_and(|c| one.matches(c)) {
                            threads.push(Thread {
                                step: thread.step + 1,
                                ..thread
                            });
                        }
                    }
                    Assert(_) | Split(..) | Jump(_) | Save(_) => {}
                }
            }
            before = next;
            if threads.is_empty() && best.is_some() {
                break;
            }
        }
        let slots = best?;
        Some(
            slots
                .chunks_exact(2)
                .map(|pair| match pair {
                    [Some(start), Some(end)] => text.get(*start..*end),
                    _ => None,
                })
                .collect(),
        )
    }

    /// Follows a thread through all steps that consume nothing.
    fn follow(
        &self,
        thread: Thread,
        here: Here,
        round: usize,
        seen: &mut [usize],
        ready: &mut Vec<Thread>,
    ) {
        let mut stack = vec![thread];
        while let Some(mut thread) = stack.pop() {
            loop {
                if seen[thread.step] == round {
                    break;
                }
                seen[thread.step] = round;
                match &self.steps[thread.step] {
                    One(_) | Accept => {
                        ready.push(thread);
                        break;
                    }
                    Assert(place) => {
                        if !here.is(*place) {
                            break;
                        }
                        thread.step += 1;
                    }
                    Split(first, second) => {
                        stack.push(Thread {
                            step: *second,
                            ..thread
                        });
                        thread.step = *first;
                    }
                    Jump(to) => thread.step = *to,
                    Save(slot) => {
                        if let Some(kept) = thread.slots.get_mut(*slot) {
                            *kept = Some(here.at);
                        }
                        thread.step += 1;
                    }
                }
            }
        }
    }
}

const SLOTS: usize = 20;

#[derive(Clone, Copy)]
struct Thread {
    step: usize,
    slots: [Option<usize>; SLOTS],
}

#[derive(Clone, Copy)]
struct Here {
    at: usize,
    before: Option<char>,
    next: Option<char>,
}

impl Here {
    fn is(self, place: Place) -> bool {
        let left = self.before.is_some_and(|c| Class::Word.has(c));
        let right = self.next.is_some_and(|c| Class::Word.has(c));
        match place {
            Place::Start => self.before.is_none(),
            Place::End => self.next.is_none(),
            Place::WordEdge => left != right,
            Place::NoWordEdge => left == right,
            Place::WordStart => !left && right,
            Place::WordEnd => left && !right,
        }
    }
}

/// Appends a part, moving its jumps.
fn append(steps: &mut Vec<Step>, part: &[Step]) {
    let base = steps.len();
    steps.extend(part.iter().map(|step| match step {
        Split(first, second) => Split(base + first, base + second),
        Jump(to) => Jump(base + to),
        One(_) | Assert(_) | Save(_) | Accept => step.clone(),
    }));
}

impl Parser<'_> {
    fn grow(&mut self, by: usize) -> Result<(), InvalidPattern> {
        self.size += by;
        if self.size > STEPS_MAX {
            Err(InvalidPattern)
        } else {
            Ok(())
        }
    }

    fn alternatives(&mut self, depth: usize) -> Result<Part, InvalidPattern> {
        let mut result = self.sequence(depth)?;
        while self.rest.next_if_eq(&'|').is_some() {
            let other = self.sequence(depth)?;
            let mut both = vec![Split(1, result.len() + 2)];
            append(&mut both, &result);
            both.push(Jump(both.len() + 1 + other.len()));
            append(&mut both, &other);
            self.grow(2)?;
            result = both;
        }
        Ok(result)
    }

    fn sequence(&mut self, depth: usize) -> Result<Part, InvalidPattern> {
        let mut result = Part::new();
        let mut first = true;
        while let Some(&c) = self.rest.peek() {
            if c == '|' || (c == ')' && depth > 0) {
                break;
            }
            self.rest.next();
            let mut part = match c {
                // Nothing to repeat: the reference's library skips the operator.
                '*' | '+' | '?' if first => continue,
                '{' if first => return Err(InvalidPattern),
                '(' => self.group(depth)?,
                '[' => vec![One(self.bracket()?)],
                '.' => vec![One(Character::Any)],
                '^' => vec![Assert(Place::Start)],
                '$' => vec![Assert(Place::End)],
                '\\' => vec![self.escape()?],
                other => vec![One(Character::Exactly(other))],
            };
            self.grow(part.len())?;
            while let Some((min, max)) = self.repetition()? {
                part = self.repeated(&part, min, max)?;
            }
            append(&mut result, &part);
            first = false;
        }
        Ok(result)
    }

    fn group(&mut self, depth: usize) -> Result<Part, InvalidPattern> {
        if depth >= DEPTH_MAX {
            return Err(InvalidPattern);
        }
        self.groups += 1;
        let number = self.groups;
        let inside = self.alternatives(depth + 1)?;
        if self.rest.next() != Some(')') {
            return Err(InvalidPattern);
        }
        let mut part = vec![Save(2 * number)];
        append(&mut part, &inside);
        part.push(Save(2 * number + 1));
        Ok(part)
    }

    fn escape(&mut self) -> Result<Step, InvalidPattern> {
        let word = |negated| {
            One(Character::Set {
                negated,
                ranges: Vec::new(),
                classes: vec![Class::Word],
            })
        };
        let space = |negated| {
            One(Character::Set {
                negated,
                ranges: Vec::new(),
                classes: vec![Class::Space],
            })
        };
        Ok(match self.rest.next().ok_or(InvalidPattern)? {
            'w' => word(false),
            'W' => word(true),
            's' => space(false),
            'S' => space(true),
            'b' => Assert(Place::WordEdge),
            'B' => Assert(Place::NoWordEdge),
            '<' => Assert(Place::WordStart),
            '>' => Assert(Place::WordEnd),
            '`' => Assert(Place::Start),
            '\'' => Assert(Place::End),
            '1'..='9' => return Err(InvalidPattern),
            other => One(Character::Exactly(other)),
        })
    }

    /// Bounds of a repetition operator, if one follows.
    fn repetition(&mut self) -> Result<Option<(u32, Option<u32>)>, InvalidPattern> {
        let bounds = match self.rest.peek() {
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('?') => (0, Some(1)),
            Some('{') => {
                self.rest.next();
                let min = self.number();
                let max = if self.rest.next_if_eq(&',').is_some() {
                    self.number()
                } else {
                    min
                };
                if self.rest.next() != Some('}') || (min.is_none() && max.is_none()) {
                    return Err(InvalidPattern);
                }
                let min = min.unwrap_or(0);
                if min > REPEAT_MAX || max.is_some_and(|m| m > REPEAT_MAX || m < min) {
                    return Err(InvalidPattern);
                }
                return Ok(Some((min, max)));
            }
            Some(_) | None => return Ok(None),
        };
        self.rest.next();
        Ok(Some(bounds))
    }

    fn number(&mut self) -> Option<u32> {
        let mut number: Option<u32> = None;
        while let Some(digit) = self.rest.peek().and_then(|c| c.to_digit(10)) {
            self.rest.next();
            number = Some(number.unwrap_or(0).saturating_mul(10).saturating_add(digit));
        }
        number
    }

    fn repeated(
        &mut self,
        part: &Part,
        min: u32,
        max: Option<u32>,
    ) -> Result<Part, InvalidPattern> {
        let mut result = Part::new();
        for _ in 0..min {
            self.grow(part.len())?;
            append(&mut result, part);
        }
        match max {
            None => {
                self.grow(part.len() + 2)?;
                let start = result.len();
                result.push(Split(start + 1, start + part.len() + 2));
                append(&mut result, part);
                result.push(Jump(start));
            }
            Some(max) => {
                for _ in min..max {
                    self.grow(part.len() + 1)?;
                    let start = result.len();
                    result.push(Split(start + 1, start + part.len() + 1));
                    append(&mut result, part);
                }
            }
        }
        Ok(result)
    }

    fn bracket(&mut self) -> Result<Character, InvalidPattern> {
        let negated = self.rest.next_if_eq(&'^').is_some();
        let (mut ranges, mut classes) = (Vec::new(), Vec::new());
        let mut first = true;
        loop {
            let c = self.rest.next().ok_or(InvalidPattern)?;
            if c == ']' && !first {
                return Ok(Character::Set {
                    negated,
                    ranges,
                    classes,
                });
            }
            first = false;
            let low = if c == '[' && self.rest.next_if_eq(&':').is_some() {
                classes.push(self.class()?);
                continue;
            } else {
                self.element(c)?
            };
            let mut ahead = self.rest.clone();
            let is_range = ahead.next() == Some('-') && ahead.next().is_some_and(|c| c != ']');
            let high = if is_range {
                self.rest.next();
                let c = self.rest.next().ok_or(InvalidPattern)?;
                self.element(c)?
            } else {
                low
            };
            if low > high {
                return Err(InvalidPattern);
            }
            ranges.push((low, high));
        }
    }

    /// A character of a bracket expression, possibly written `[.x.]` or `[=x=]`.
    fn element(&mut self, c: char) -> Result<char, InvalidPattern> {
        if c != '[' {
            return Ok(c);
        }
        let Some(kind) = self.rest.next_if(|c| *c == '.' || *c == '=') else {
            return Ok(c);
        };
        let inside = self.rest.next().ok_or(InvalidPattern)?;
        if self.rest.next() == Some(kind) && self.rest.next() == Some(']') {
            Ok(inside)
        } else {
            Err(InvalidPattern)
        }
    }

    fn class(&mut self) -> Result<Class, InvalidPattern> {
        let mut name = String::new();
        while let Some(c) = self.rest.next_if(|c| *c != ':') {
            name.push(c);
        }
        if self.rest.next() != Some(':') || self.rest.next() != Some(']') {
            return Err(InvalidPattern);
        }
        Ok(match name.as_str() {
            "alnum" => Class::Alnum,
            "alpha" => Class::Alpha,
            "blank" => Class::Blank,
            "cntrl" => Class::Cntrl,
            "digit" => Class::Digit,
            "graph" => Class::Graph,
            "lower" => Class::Lower,
            "print" => Class::Print,
            "punct" => Class::Punct,
            "space" => Class::Space,
            "upper" => Class::Upper,
            "xdigit" => Class::Xdigit,
            _ => return Err(InvalidPattern),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(pattern: &str, text: &str) -> Option<Vec<Option<String>>> {
        let pattern = Pattern::parse(pattern).expect("valid");
        let found = pattern.find(text)?;
        Some(found.into_iter().map(|s| s.map(str::to_owned)).collect())
    }

    fn whole(pattern: &str, text: &str) -> Option<String> {
        found(pattern, text).and_then(|f| f[0].clone())
    }

    #[test]
    fn leftmost_longest_match_counts() {
        assert_eq!(whole("a|ab|abc", "xabcd"), Some("abc".to_owned()));
        assert_eq!(whole("b*", "abb"), Some(String::new()));
        assert_eq!(whole("b+", "abbcbbb"), Some("bb".to_owned()));
        assert_eq!(whole("^$", ""), Some(String::new()));
        assert_eq!(whole("x", "abc"), None);
    }

    #[test]
    fn submatches_are_reported() {
        let found = found("^([a-z]+)-([0-9]+)(x)?$", "vip-12").expect("matches");
        assert_eq!(found[1].as_deref(), Some("vip"));
        assert_eq!(found[2].as_deref(), Some("12"));
        assert_eq!(found[3], None);
    }

    #[test]
    fn brackets_and_counts() {
        assert!(Pattern::parse("^[]a-c]{2}$").expect("valid").matches("]b"));
        assert!(
            Pattern::parse("^[^[:digit:]]+$")
                .expect("valid")
                .matches("abc")
        );
        assert!(
            !Pattern::parse("^[^[:digit:]]+$")
                .expect("valid")
                .matches("ab1")
        );
        assert!(
            Pattern::parse("^(ab){2,3}$")
                .expect("valid")
                .matches("ababab")
        );
        assert!(!Pattern::parse("^(ab){2,3}$").expect("valid").matches("ab"));
        assert!(Pattern::parse("^a{2,}$").expect("valid").matches("aaaa"));
    }

    #[test]
    fn invalid_patterns_are_refused() {
        for text in [
            "(",
            "[a",
            "a{2",
            "a{3,2}",
            "{1}",
            "a\\",
            "[[:nothing:]]",
            "(a)\\1",
        ] {
            assert!(Pattern::parse(text).is_err(), "{text}");
        }
        // A closing parenthesis alone is an ordinary character, an operator without operand is skipped.
        assert!(Pattern::parse("a)").expect("valid").matches("a)"));
        assert!(Pattern::parse("*a").expect("valid").matches("a"));
    }

    #[test]
    fn nested_counts_are_bounded() {
        assert!(Pattern::parse("((((a{200}){200}){200}){200})").is_err());
        let deep = "(".repeat(1000) + &")".repeat(1000);
        assert!(Pattern::parse(&deep).is_err());
    }
}
