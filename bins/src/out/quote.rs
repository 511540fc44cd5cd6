//! The command line as shown in XML results: arguments joined by blanks, quoted where a shell would need it.

use std::ffi::OsStr;

/// The command line.
#[must_use]
pub fn command_line<S: AsRef<OsStr>>(args: &[S]) -> String {
    let mut line = String::new();
    for (at, arg) in args.iter().enumerate() {
        if at > 0 {
            line.push(' ');
        }
        let text = arg.as_ref().to_string_lossy();
        if shell_words(&text) == Some(1) {
            line.push_str(&text);
        } else {
            line.push('\'');
            line.push_str(&text.replace('\'', "'\\''"));
            line.push('\'');
        }
    }
    line
}

/// How many words a shell would make of a text; none if it cannot be split.
fn shell_words(text: &str) -> Option<usize> {
    let mut words = 0usize;
    let mut inside = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            ' ' | '\t' | '\n' => {
                inside = false;
                continue;
            }
            // A comment runs to the end of the line.
            '#' if !inside => {
                while chars.next_if(|&c| c != '\n').is_some() {}
                continue;
            }
            '\'' => loop {
                if chars.next()? == '\'' {
                    break;
                }
            },
            '"' => loop {
                match chars.next()? {
                    '"' => break,
                    '\\' => {
                        chars.next()?;
                    }
                    _ => {}
                }
            },
            '\\' => {
                chars.next()?;
            }
            _ => {}
        }
        if !inside {
            inside = true;
            words += 1;
        }
    }
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_only_what_needs_it() {
        assert_eq!(command_line(&["t", "-x", "f"]), "t -x f");
        assert_eq!(
            command_line(&["t", "", "a b", "it's", "\"q\""]),
            "t '' 'a b' 'it'\\''s' \"q\""
        );
    }
}
