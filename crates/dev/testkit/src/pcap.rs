//! Key presses as a packet capture, which is what SIPp can play (`play_pcap_audio`).

/// Link type of a capture whose packets begin with an Ethernet header.
const ETHERNET: u32 = 1;

/// A capture of RFC 4733 events, one per key, 100 ms each and 100 ms apart, with the given payload type. SIPp takes
/// the payloads and their times from it and replaces the addresses.
pub fn dtmf_pcap(keys: &str, payload_type: u8) -> Vec<u8> {
    let mut file = Vec::new();
    file.extend_from_slice(&0xa1b2_c3d4u32.to_le_bytes());
    file.extend_from_slice(&[2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0]);
    file.extend_from_slice(&ETHERNET.to_le_bytes());
    let codes = keys.chars().filter_map(|key| "0123456789*#ABCD".find(key));
    let mut sequence = 0u16;
    for (press, code) in codes.enumerate() {
        // Five packets of growing duration, then the end three times (RFC 4733 §2.5.1).
        for step in 0..8u32 {
            sequence += 1;
            let micros = (press as u32 * 10 + step) * 20_000;
            let rtp = event_packet(code as u8, payload_type, sequence, press as u32 * 1600, step);
            append(&mut file, &rtp, micros);
        }
    }
    file
}

fn event_packet(code: u8, payload_type: u8, sequence: u16, timestamp: u32, step: u32) -> Vec<u8> {
    let (is_first, is_last) = (step == 0, step >= 5);
    let duration = (step.min(4) as u16 + 1) * 160;
    let mut rtp = vec![0x80, payload_type | u8::from(is_first) << 7];
    rtp.extend_from_slice(&sequence.to_be_bytes());
    rtp.extend_from_slice(&timestamp.to_be_bytes());
    rtp.extend_from_slice(&0x5151u32.to_be_bytes());
    rtp.extend_from_slice(&[code, u8::from(is_last) << 7 | 10]);
    rtp.extend_from_slice(&duration.to_be_bytes());
    rtp
}

/// Appends one record: Ethernet, IPv4 and UDP headers around the payload. Checksums are zero: SIPp makes its own.
fn append(file: &mut Vec<u8>, payload: &[u8], micros: u32) {
    let (udp_len, ip_len) = (payload.len() as u16 + 8, payload.len() as u16 + 28);
    let frame_len = u32::from(ip_len) + 14;
    for field in [micros / 1_000_000, micros % 1_000_000, frame_len, frame_len] {
        file.extend_from_slice(&field.to_le_bytes());
    }
    file.extend_from_slice(&[0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 2, 0x08, 0x00]);
    file.extend_from_slice(&[0x45, 0xb8]);
    file.extend_from_slice(&ip_len.to_be_bytes());
    file.extend_from_slice(&[0, 0, 0, 0, 64, 17, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1]);
    file.extend_from_slice(&[0x17, 0x70, 0x17, 0x72]);
    file.extend_from_slice(&udp_len.to_be_bytes());
    file.extend_from_slice(&[0, 0]);
    file.extend_from_slice(payload);
}
