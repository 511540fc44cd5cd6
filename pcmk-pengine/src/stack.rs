//! A larger stack for recursions whose depth-first order is part of the behaviour.

/// Runs `step` in a thread with a stack of this many bytes, and waits for it. False if there can be no such thread: then
/// nothing was done.
pub(crate) fn with_stack(bytes: usize, step: impl FnOnce() + Send) -> bool {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(bytes);
        let Ok(handle) = thread.spawn_scoped(scope, step) else {
            return false;
        };
        if let Err(panic) = handle.join() {
            std::panic::resume_unwind(panic);
        }
        true
    })
}
