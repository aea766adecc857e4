//! What the console is served by: the doors behind which the node, the store and the sockets are.

pub mod voice;
