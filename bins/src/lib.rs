//! pcmk-cli
