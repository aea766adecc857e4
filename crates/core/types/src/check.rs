//! `never!` and `always!`: what to do when we are wrong.
//!
//! A broken invariant of ours is a bug. In tests and simulation it panics, so that it is found; in production it is
//! logged and the caller takes the safe way out, which ends one call and not the node.

/// True if the condition, which should never hold, holds: `if never!(legs.is_empty()) { return end_call(); }`.
///
/// Panics with debug assertions; logs an error without.
#[macro_export]
macro_rules! never {
    () => { $crate::never!(true, "reached a place that is never reached") };
    ($cond:expr) => { $crate::never!($cond, "never: {}", stringify!($cond)) };
    ($cond:expr, $($message:tt)+) => {{
        let broken = $cond;
        if broken {
            $crate::__broken(format_args!($($message)+));
        }
        broken
    }};
}

/// True if the condition, which should always hold, holds. The counterpart of [`never!`].
#[macro_export]
macro_rules! always {
    ($cond:expr) => { !$crate::never!(!$cond, "always: {}", stringify!($cond)) };
    ($cond:expr, $($message:tt)+) => { !$crate::never!(!$cond, $($message)+) };
}

#[doc(hidden)]
#[track_caller]
pub fn __broken(message: std::fmt::Arguments<'_>) {
    if cfg!(debug_assertions) {
        panic!("{message}");
    }
    let place = std::panic::Location::caller();
    tracing::error!(file = place.file(), line = place.line(), "invariant broken: {message}");
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_kept_invariant_is_silent() {
        assert!(always!(1 + 1 == 2));
        assert!(!never!(1 + 1 == 3));
    }

    #[test]
    #[should_panic(expected = "lost a leg")]
    fn a_broken_invariant_panics_in_tests() {
        never!(true, "lost a leg");
    }
}
