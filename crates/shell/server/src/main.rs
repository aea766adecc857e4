//! The `belltower` program: wires the node to sockets, media, journal and database, and gives its operator commands.

fn main() {}
