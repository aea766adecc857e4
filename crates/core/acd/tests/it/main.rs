//! The behaviours of the crate, driven through its public interface.
