//! Actions, pass by pass. Source: behaviour notes 04.

use crate::work::Work;

/// Internal orderings of every resource (04 §17).
pub fn internal_orderings(w: &mut Work<'_>) {
    let _ = w;
}
/// Configuration changes against history (04 §5.2).
pub fn for_changes(w: &mut Work<'_>) {
    let _ = w;
}
/// Parameter checks that had to wait for the assignment.
pub fn deferred_checks(w: &mut Work<'_>) {
    let _ = w;
}
/// Probes (04 §8).
pub fn probes(w: &mut Work<'_>) {
    let _ = w;
}
/// Fail counts of removed resources (04 §14.5).
pub fn clear_removed_failcounts(w: &mut Work<'_>) {
    let _ = w;
}
/// Role changes of all resources (04 §6 to §11).
pub fn for_roles(w: &mut Work<'_>) {
    let _ = w;
}
/// Orderings with remote connections (04 §13).
pub fn for_remotes(w: &mut Work<'_>) {
    let _ = w;
}
/// Fencing and shutdown (04 §12).
pub fn for_fencing(w: &mut Work<'_>) {
    let _ = w;
}
