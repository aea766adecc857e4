//! The product as it is run: the built binary, real phones, real audio. Each party sends a tone of its own, and who hears
//! whom is measured.

mod accounts;
mod alerts;
mod blocking;
mod browsers;
mod callbacks;
mod calls;
mod centre;
mod commands;
mod configs;
mod crash;
mod desk;
mod diagnosis;
mod flows;
mod foresight;
mod https;
mod json;
mod lines;
mod lists;
mod load;
mod moving;
mod operator;
mod people;
mod phones;
mod prompts;
mod provisioning;
mod reports;
mod returning;
mod ringback;
mod secure;
mod signing_in;
mod sites;
mod users;
mod voice;
mod watching;
mod websocket;
