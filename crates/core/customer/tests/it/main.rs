//! The work around a call as somebody outside sees it.

mod attempt;
mod owner;
mod promise;
mod summary;
mod ticket;
mod words;

use bell_customer::{Code, Said};

fn code(text: &str) -> Code {
    Code::parse(text).expect("a code")
}

fn codes(texts: &[&str]) -> Vec<Code> {
    texts.iter().map(|text| code(text)).collect()
}

fn said(text: &str) -> Said {
    Said::new(text, text)
}
