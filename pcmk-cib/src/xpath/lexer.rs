//! Splitting an expression into tokens.
//!
//! Whether `*`, `and`, `or`, `div`, `mod` are operators depends on the token before: XPath 1.0 §3.7.

use super::XPathError;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Literal(String),
    Number(f64),
    /// A name where a name test, axis or function may stand; with the prefix kept.
    Name(String),
    /// `*` as a name test.
    Star,
    /// An operator or punctuation sign.
    Sign(&'static str),
    /// `$`
    Dollar,
}

/// A token and where it begins, in characters from 1.
pub(super) struct Placed {
    pub(super) token: Token,
    pub(super) at: usize,
}

/// Longer signs first, so that `//` is not read as two `/`.
const SIGNS: [&str; 21] = [
    "::", "//", "..", "!=", "<=", ">=", "(", ")", "[", "]", ",", "@", "/", "|", "+", "-", "=", "<",
    ">", ".", "*",
];

pub(super) fn tokens(text: &str) -> Result<Vec<Placed>, XPathError> {
    let mut out: Vec<Placed> = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        let at = text[..text.len() - rest.len()].chars().count() + 1;
        let syntax = |what| XPathError::Syntax {
            text: text.to_owned(),
            at,
            what,
        };
        let Some(first) = rest.chars().next() else {
            return Ok(out);
        };
        let (token, len) = if first == '"' || first == '\'' {
            let body = &rest[1..];
            let end = body.find(first).ok_or_else(|| syntax("unclosed string"))?;
            (Token::Literal(body[..end].to_owned()), end + 2)
        } else if first.is_ascii_digit()
            || (first == '.' && rest[1..].starts_with(|c: char| c.is_ascii_digit()))
        {
            let whole = digits(rest);
            let len = match rest[whole..].strip_prefix('.') {
                Some(fraction) => whole + 1 + digits(fraction),
                None => whole,
            };
            // Cannot fail: digits with at most one point; too large becomes infinity.
            (Token::Number(rest[..len].parse().unwrap_or(f64::NAN)), len)
        } else if first == '$' {
            (Token::Dollar, 1)
        } else if is_name_start(first) {
            let mut len = name_length(rest);
            // A prefix, unless what follows is the `::` of an axis.
            if let Some(local) = rest[len..].strip_prefix(':')
                && !local.starts_with(':')
            {
                let more = match local.chars().next() {
                    Some('*') => 1,
                    Some(c) if is_name_start(c) => name_length(local),
                    _ => return Err(syntax("incomplete name")),
                };
                len += 1 + more;
            }
            let name = &rest[..len];
            let token = match name {
                "and" if operator_here(&out) => Token::Sign("and"),
                "or" if operator_here(&out) => Token::Sign("or"),
                "div" if operator_here(&out) => Token::Sign("div"),
                "mod" if operator_here(&out) => Token::Sign("mod"),
                _ => Token::Name(name.to_owned()),
            };
            (token, len)
        } else if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            let token = match *sign {
                "*" if !operator_here(&out) => Token::Star,
                sign => Token::Sign(sign),
            };
            (token, sign.len())
        } else {
            return Err(syntax("unexpected character"));
        };
        rest = &rest[len..];
        out.push(Placed { token, at });
    }
}

/// Whether an operator may stand after what was read so far.
fn operator_here(before: &[Placed]) -> bool {
    match before.last().map(|placed| &placed.token) {
        None => false,
        Some(Token::Sign(sign)) => matches!(*sign, ")" | "]" | "." | ".."),
        Some(Token::Literal(_) | Token::Number(_) | Token::Name(_) | Token::Star) => true,
        Some(Token::Dollar) => false,
    }
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

fn is_name_start(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_' || !c.is_ascii()
}

fn name_length(text: &str) -> usize {
    text.find(|c: char| !(is_name_start(c) || c.is_ascii_digit() || c == '-' || c == '.'))
        .unwrap_or(text.len())
}
