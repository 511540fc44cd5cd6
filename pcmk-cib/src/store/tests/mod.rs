//! Stores: files as clients use them, and the cluster's directory under faults and power failures.

mod disk;
mod faults;
mod files;
