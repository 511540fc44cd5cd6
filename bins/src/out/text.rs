//! Text: indentation, titles and bullets.

/// Text output. What was written since the last time somebody took it is in `pending`.
pub(super) struct Text {
    /// Titles, indentation and bullets are shown.
    pub(super) fancy: bool,
    /// Number of open lists.
    depth: usize,
    /// Text not yet sent on.
    pub(super) pending: String,
}

impl Default for Text {
    fn default() -> Text {
        Text {
            fancy: true,
            depth: 0,
            pending: String::new(),
        }
    }
}

impl Text {
    fn prefix(&mut self) {
        if self.fancy && self.depth > 0 {
            for _ in 0..self.depth {
                self.pending.push_str("  ");
            }
            self.pending.push_str("* ");
        }
    }

    /// Opens a list. Without a title only the indentation deepens.
    pub(super) fn begin(&mut self, title: Option<&str>) {
        if let Some(title) = title.filter(|_| self.fancy) {
            self.prefix();
            self.pending.push_str(title);
            self.pending.push_str(":\n");
        }
        self.depth += 1;
    }

    /// Closes a list.
    pub(super) fn end(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    /// An item.
    pub(super) fn item(&mut self, text: &str) {
        self.prefix();
        self.line(text);
    }

    /// A line without indentation.
    pub(super) fn line(&mut self, text: &str) {
        self.pending.push_str(text);
        self.pending.push('\n');
    }
}
