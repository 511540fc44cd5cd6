//! pcmk-cib
