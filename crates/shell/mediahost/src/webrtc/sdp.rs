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

/// The payload types of audio, in the order in which they stand.
pub(super) fn payload_types(sdp: &str) -> Vec<u8> {
    let line = sdp.lines().find(|line| is_audio(line)).unwrap_or_default();
    line.split_whitespace().skip(3).filter_map(|number| number.parse().ok()).collect()
}

/// The description with its payload types of audio in this order; those that are not named stay behind.
pub(super) fn in_order(sdp: &str, wanted: &[u8]) -> String {
    let place = |payload_type: &u8| wanted.iter().position(|known| known == payload_type).unwrap_or(wanted.len());
    let mut ordered = String::with_capacity(sdp.len());
    for line in sdp.lines() {
        let fields: Vec<_> = line.split_whitespace().take(3).collect();
        if is_audio(line) && fields.len() == 3 {
            let mut all = payload_types(line);
            all.sort_by_key(place);
            ordered.push_str(&fields.join(" "));
            all.iter().for_each(|payload_type| ordered.push_str(&format!(" {payload_type}")));
        } else {
            ordered.push_str(line);
        }
        ordered.push_str("\r\n");
    }
    ordered
}

fn is_audio(line: &str) -> bool {
    line.starts_with("m=audio ")
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
    fn payload_types_are_put_in_order() {
        let sdp = "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 8 0 63 111 101\r\na=mid:0\r\n";
        assert_eq!(payload_types(sdp), [8, 0, 63, 111, 101]);
        let wanted = "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 63 111 8 0 101\r\na=mid:0\r\n";
        assert_eq!(in_order(sdp, &[63, 111, 9, 8]), wanted);
        assert_eq!(in_order(sdp, &[]), sdp);
    }

    #[test]
    fn named_addresses_are_left_out() {
        let sdp = "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 8\r\na=candidate:1 1 udp 1 10.0.0.1 4000 typ host\r\n\
                   a=end-of-candidates\r\na=mid:0\n";
        assert_eq!(without_candidates(sdp), "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 8\r\na=mid:0\r\n");
    }
}
