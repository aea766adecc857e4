//! The fuzzer's corpus, replayed.

use std::fs;
use std::path::Path;

use bell_store::journal::fuzz_records;

#[test]
fn the_corpus_of_the_record_decoder_is_walked_without_panic() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/journal");
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        // Named `what-is-in-it.RECORDS`: how many records stand before whatever is wrong.
        let expected: usize = name.rsplit_once('.').unwrap().1.parse().unwrap();
        assert_eq!(fuzz_records(&fs::read(&path).unwrap()), expected, "{name}");
        found.push(name);
    }
    assert!(found.len() >= 10, "the corpus is there: {found:?}");
}
