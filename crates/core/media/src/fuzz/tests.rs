use std::path::Path;

/// What fuzzing has found, and what a fuzzer begins with: every file of a target's corpus.
fn replay(target: &str, run: fn(&[u8])) {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz-corpus").join(target);
    let mut replayed = 0;
    for entry in corpus.read_dir().expect("a corpus") {
        let path = entry.expect("a file").path();
        let mut bytes = Vec::new();
        #[expect(clippy::disallowed_types, reason = "a test may read its data")]
        let mut file = std::fs::File::open(&path).expect("a readable file");
        std::io::Read::read_to_end(&mut file, &mut bytes).expect("a readable file");
        run(&bytes);
        replayed += 1;
    }
    assert!(replayed >= 3, "the corpus of {target} has shrunk");
}

#[test]
fn the_corpus_of_rtp_replays() {
    replay("rtp", super::rtp);
}

#[test]
fn the_corpus_of_rtcp_replays() {
    replay("rtcp", super::rtcp);
}

#[test]
fn the_corpus_of_recordings_replays() {
    replay("recording", super::recording);
}

#[test]
fn the_corpus_of_wav_replays() {
    replay("wav", super::wav);
}
