//! pcmk-pengine
