//! Everything the fuzzers ever found interesting is read again.

use std::path::Path;

use bell_sip::fuzz;

/// Runs every file of a corpus through its fuzz target; there are at least this many.
fn replay(corpus: &str, count_min: usize, target: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz-corpus").join(corpus);
    let mut count = 0;
    for entry in folder.read_dir().expect("the corpus is a folder") {
        let path = entry.expect("a file of the corpus").path();
        #[expect(clippy::disallowed_methods, reason = "a test may read its corpus")]
        let data = std::fs::read(&path).expect("a readable file");
        #[expect(clippy::print_stdout, reason = "names the file that fails")]
        {
            println!("{}", path.display());
        }
        target(&data);
        count += 1;
    }
    assert!(count >= count_min, "only {count} files in {corpus}");
}

#[test]
fn every_message_of_the_corpus_is_read_or_refused() {
    replay("message", 50, fuzz::fuzz_message);
}

#[test]
fn every_session_description_of_the_corpus_is_read_or_refused() {
    replay("sdp", 8, fuzz::fuzz_sdp);
}
