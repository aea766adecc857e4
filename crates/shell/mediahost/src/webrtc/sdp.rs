//! What we read of descriptions, and leave out of them, ourselves.

/// The description without the addresses it names. We never send anything to an address that somebody has only named:
/// a browser's own checks come from where it is, and tell us.
pub(super) fn without_candidates(sdp: &str) -> String {
    let names_one = |line: &&str| line.starts_with("a=candidate:") || line.starts_with("a=end-of-candidates");
    let mut kept = String::with_capacity(sdp.len());
    for line in sdp.lines().filter(|line| !names_one(line)) {
        kept.push_str(line);
        kept.push_str("\r\n");
    }
    kept
}

/// The name of the first line of audio that is not refused.
pub(super) fn audio_line(sdp: &str) -> Option<&str> {
    let mut in_audio = false;
    for line in sdp.lines() {
        if let Some(media) = line.strip_prefix("m=") {
            in_audio = media.starts_with("audio ") && !media.starts_with("audio 0 ");
        } else if in_audio && let Some(name) = line.strip_prefix("a=mid:") {
            return Some(name);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_that_carries_audio_is_found() {
        let sdp = "v=0\r\na=mid:x\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:0\r\nm=audio 0 UDP/TLS/RTP/SAVPF 8\r\n\
                   a=mid:1\r\nm=audio 9 UDP/TLS/RTP/SAVPF 8\r\na=mid:2\r\n";
        assert_eq!(audio_line(sdp), Some("2"));
        assert_eq!(audio_line("v=0\r\n"), None);
    }

    #[test]
    fn named_addresses_are_left_out() {
        let sdp = "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 8\r\na=candidate:1 1 udp 1 10.0.0.1 4000 typ host\r\n\
                   a=end-of-candidates\r\na=mid:0\n";
        assert_eq!(without_candidates(sdp), "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 8\r\na=mid:0\r\n");
    }
}
