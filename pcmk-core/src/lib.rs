//! pcmk-core
