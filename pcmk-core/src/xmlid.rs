//! Ids for generated XML elements.

/// Turns a text into a valid XML id.
///
/// An invalid first character becomes `_`, every invalid later byte `.`, so `18node2` becomes
/// `_8node2`. Valid ids (`:` is allowed) stay as they are. A character of several bytes that is
/// invalid leaves one replacement per byte. Source: behaviour notes 01 §2.1, 06 §9.3.
#[must_use]
pub fn sanitize(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (position, c) in text.char_indices() {
        if position == 0 && !starts_name(c) {
            out.push('_');
            out.extend(std::iter::repeat_n('.', c.len_utf8() - 1));
        } else if position > 0 && !continues_name(c) {
            out.extend(std::iter::repeat_n('.', c.len_utf8()));
        } else {
            out.push(c);
        }
    }
    out
}

/// Whether an XML name may start with `c` (XML 1.0, fifth edition, production 4).
fn starts_name(c: char) -> bool {
    matches!(c,
        ':' | '_' | 'A'..='Z' | 'a'..='z'
        | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}'
        | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}'
        | '\u{2070}'..='\u{218F}' | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}'
        | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}')
}

/// Whether `c` may occur in an XML name after its first character (production 4a).
fn continues_name(c: char) -> bool {
    starts_name(c)
        || matches!(c,
            '-' | '.' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_characters_are_replaced() {
        assert_eq!(sanitize("18node2-monitor-30s"), "_8node2-monitor-30s");
        assert_eq!(sanitize("rsc:0"), "rsc:0");
        assert_eq!(sanitize("a b/c"), "a.b.c");
        assert_eq!(sanitize("→x→"), "_..x...");
        assert_eq!(sanitize("é"), "é");
        assert_eq!(sanitize(""), "");
    }
}
