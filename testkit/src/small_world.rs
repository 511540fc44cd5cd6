//! Every CIB of a tiny cluster.
