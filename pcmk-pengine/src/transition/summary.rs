//! The transition summary as data (05 §4).
