//! Keys of operations and transitions, and suffixes of clone instances.
//!
//! Keys are how the history names what was done; they are split again when read, and because ids
//! and task names may contain underscores, the splitting has quirks which decide results.

use std::fmt;

use crate::lenient::scan_prefix;

/// The shortest text that can be an operation key.
const OP_KEY_MIN_LENGTH: usize = 5;
/// Width of the UUID in a written transition key.
const UUID_WIDTH: usize = 36;

/// An operation key taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpKey<'a> {
    /// Resource id.
    pub rsc: &'a str,
    /// Task, for notifications with their kind in front (`pre_notify_start`).
    pub task: &'a str,
    /// Interval in milliseconds, 0 if not recurring.
    pub interval_ms: u32,
}

/// Writes an operation key, `RSC_TASK_INTERVAL`. Source: behaviour notes 04 §2.3.
#[must_use]
pub fn op_key(rsc: &str, task: &str, interval_ms: u32) -> String {
    format!("{rsc}_{task}_{interval_ms}")
}

/// Writes a notification's key, `RSC_KIND_notify_OP_0`; `kind` is `pre`, `post`,
/// `confirmed-pre` or `confirmed-post`. Source: behaviour notes 04 §2.3.
#[must_use]
pub fn notify_key(rsc: &str, kind: &str, op: &str) -> String {
    format!("{rsc}_{kind}_notify_{op}_0")
}

/// Takes an operation key apart; `None` if it is none.
///
/// Of task names with an underscore only `migrate_to`, `migrate_from` and notifications are known:
/// `x_lrm_delete_0` is task `delete` of resource `x_lrm`. An interval that is no number is 0.
/// Source: behaviour notes 02 §2.6, 04 §2.4.
#[must_use]
pub fn parse_op_key(key: &str) -> Option<OpKey<'_>> {
    if key.len() < OP_KEY_MIN_LENGTH {
        return None;
    }
    // The interval has at least one character, so its underscore is not the last one.
    let last = previous_underscore(key, key.len() - 2).filter(|&index| index > 2)?;
    let interval_ms = parse_interval_ms(key.get(last + 1..)?)?;
    let front = key.get(..last)?;

    let whole_name = ["migrate_from", "migrate_to"].into_iter().find_map(|name| {
        let rsc = front.strip_suffix(name)?.strip_suffix('_')?;
        (!rsc.is_empty()).then_some(rsc.len())
    });
    let mut separator = match whole_name {
        Some(index) => index,
        // The task has at least one character as well.
        None => previous_underscore(key, last - 2).filter(|&index| index > 0)?,
    };
    let before = key.get(..separator)?;
    for kind in [
        "_pre_notify",
        "_post_notify",
        "_confirmed-pre_notify",
        "_confirmed-post_notify",
    ] {
        if let Some(rsc) = before.strip_suffix(kind)
            && !rsc.is_empty()
        {
            separator = rsc.len();
            break;
        }
    }
    Some(OpKey {
        rsc: key.get(..separator)?,
        task: front.get(separator + 1..)?,
        interval_ms,
    })
}

/// The last underscore at or before a position.
fn previous_underscore(key: &str, at: usize) -> Option<usize> {
    key.as_bytes()
        .get(..=at)?
        .iter()
        .rposition(|&byte| byte == b'_')
}

/// Reads the interval of a key: what is no number is 0, only overflow is an error.
fn parse_interval_ms(text: &str) -> Option<u32> {
    match scan_prefix(text) {
        None => Some(0),
        Some(found) if found.clipped => None,
        Some(found) => u32::try_from(found.value).ok(),
    }
}

/// What a history entry says about the transition that asked for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransitionKey {
    /// Number of the action within its graph.
    pub action: i32,
    /// Number of the graph.
    pub transition: i32,
    /// Exit status that counts as success.
    pub target_rc: i32,
    /// Which scheduling host made the graph.
    pub uuid: String,
}

impl TransitionKey {
    /// Reads `ACTION:TRANSITION:TARGETRC:UUID`; `None` unless all four parts are there.
    ///
    /// Source: behaviour notes 02 §2.7.
    #[must_use]
    pub fn parse(text: &str) -> Option<TransitionKey> {
        let (action, rest) = int_and(text, ':')?;
        let (transition, rest) = int_and(rest, ':')?;
        let (target_rc, rest) = int_and(rest, ':')?;
        let uuid: String = token(rest)?.chars().take(UUID_WIDTH).collect();
        Some(TransitionKey {
            action,
            transition,
            target_rc,
            uuid,
        })
    }
}

impl fmt::Display for TransitionKey {
    /// The UUID is padded with blanks on the right. Source: behaviour notes 02 §2.7.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}:{}:{}:{:<width$}",
            self.action,
            self.transition,
            self.target_rc,
            self.uuid,
            width = UUID_WIDTH
        )
    }
}

/// Writes a transition key. The same as its `Display`.
#[must_use]
pub fn transition_key(action: i32, transition: i32, target_rc: i32, uuid: &str) -> String {
    TransitionKey {
        action,
        transition,
        target_rc,
        uuid: uuid.to_owned(),
    }
    .to_string()
}

/// Reads a transition magic `OPSTATUS:RC;KEY` into execution status, exit status and key.
///
/// Source: behaviour notes 02 §2.7.
#[must_use]
pub fn parse_magic(text: &str) -> Option<(i32, i32, TransitionKey)> {
    let (op_status, rest) = int_and(text, ':')?;
    let (rc, rest) = int_and(rest, ';')?;
    let key = TransitionKey::parse(token(rest)?)?;
    Some((op_status, rc, key))
}

/// Writes a transition magic.
#[must_use]
pub fn magic(op_status: i32, rc: i32, key: &str) -> String {
    format!("{op_status}:{rc};{key}")
}

/// An integer and the separator directly after it.
fn int_and(text: &str, separator: char) -> Option<(i32, &str)> {
    let found = scan_prefix(text)?;
    let rest = found.rest.strip_prefix(separator)?;
    // The reference keeps the low 32 bits of what it scans.
    Some((found.value as i32, rest))
}

/// The first run of characters other than white space.
fn token(text: &str) -> Option<&str> {
    let text = crate::lenient::skip_c_space(text);
    let length = text
        .bytes()
        .take_while(|&byte| !crate::lenient::is_c_space(byte))
        .count();
    text.get(..length).filter(|token| !token.is_empty())
}

/// An id without the number of its clone instance (a trailing `:DIGITS`).
///
/// Source: behaviour notes 02 §2.8.
#[must_use]
pub fn base_name(id: &str) -> &str {
    match id.rsplit_once(':') {
        Some((base, number))
            if !base.is_empty()
                && !number.is_empty()
                && number.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            base
        }
        _ => id,
    }
}

/// The id of an instance's sibling with number 0. Source: behaviour notes 02 §2.8.
#[must_use]
pub fn clone_zero(id: &str) -> String {
    format!("{}:0", base_name(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(key: &str, want: Option<(&str, &str, u32)>) {
        let found = parse_op_key(key).map(|found| (found.rsc, found.task, found.interval_ms));
        assert_eq!(found, want, "{key}");
    }

    #[test]
    fn operation_keys() {
        check("rsc_monitor_10000", Some(("rsc", "monitor", 10_000)));
        check("my_rsc_start_0", Some(("my_rsc", "start", 0)));
        check("a_migrate_to_0", Some(("a", "migrate_to", 0)));
        check("a_b_migrate_from_0", Some(("a_b", "migrate_from", 0)));
        check("x_pre_notify_start_0", Some(("x", "pre_notify_start", 0)));
        check("x_post_notify_stop_0", Some(("x", "post_notify_stop", 0)));
        check(
            "x_confirmed-post_notify_running_0",
            Some(("x", "confirmed-post_notify_running", 0)),
        );
        check("x_lrm_delete_0", Some(("x_lrm", "delete", 0)));
        check("x_clear_failcount_0", Some(("x_clear", "failcount", 0)));
        check("x_monitor_abc", Some(("x", "monitor", 0)));
        check("x_monitor_99999999999999999999", None);
    }

    #[test]
    fn broken_operation_keys() {
        for key in [
            "",
            "a_b_",
            "ab_c",
            "a_b_1",
            "abcdef",
            "_mon_0",
            "ab_0_",
            "ééééé",
            "é_é_é",
        ] {
            let _ = parse_op_key(key);
        }
        check("abcd", None);
        check("abcdef", None);
        check("ab_10", None);
        check("_monitor_0", None);
        check("a_b_1", Some(("a", "b", 1)));
    }

    #[test]
    fn transition_keys_and_magic() {
        let uuid = "2668bbeb-06d5-40f9-936d-24cb7f87006a";
        let text = format!("4:-1:7:{uuid}");
        let key = TransitionKey::parse(&text).unwrap();
        assert_eq!((key.action, key.transition, key.target_rc), (4, -1, 7));
        assert_eq!(key.to_string(), text);
        let (status, rc, inner) = parse_magic(&format!("0:7;{text}")).unwrap();
        assert_eq!((status, rc, inner), (0, 7, key));
        for invalid in ["", "1:2:3", "1:2:3:", "a:2:3:u", "1;2:3:u"] {
            assert_eq!(TransitionKey::parse(invalid), None, "{invalid}");
        }
        assert_eq!(parse_magic("0:7"), None);
        assert_eq!(transition_key(1, 2, 0, "u").len(), "1:2:0:".len() + 36);
    }

    #[test]
    fn clone_suffixes() {
        for (id, base) in [
            ("rsc:0", "rsc"),
            ("rsc:12", "rsc"),
            ("rsc", "rsc"),
            ("rsc:", "rsc:"),
            ("rsc:a", "rsc:a"),
            (":0", ":0"),
            ("a:1:2", "a:1"),
            ("", ""),
        ] {
            assert_eq!(base_name(id), base, "{id}");
        }
        assert_eq!(clone_zero("rsc:7"), "rsc:0");
    }
}
