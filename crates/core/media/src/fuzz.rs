//! Entry points for fuzzing: each takes any bytes and must return. What must hold of the result is asserted here, so
//! that the fuzzer and the replay of its corpus check the same.

use bell_types::{Direction, Mono};

use crate::recording::{Assembler, AssemblyConfig, Reader, Track};
use crate::rtcp::{self, Message};
use crate::rtp::{Packet, Receiver, Sender, red};
use crate::wav::Wav;

/// A datagram on an RTP port: read, counted and relayed. What is relayed can be read again, with the same payload.
pub fn rtp(bytes: &[u8]) {
    let Ok(packet) = Packet::parse(bytes) else { return };
    if let Ok(blocks) = red::blocks(packet.payload) {
        let octets: usize = blocks.map(|block| block.payload.len()).sum();
        assert!(octets < packet.payload.len(), "each block has a head");
    }
    let mut receiver = Receiver::new(8000);
    receiver.receive(Mono::ZERO, &packet.header);
    let mut sender = Sender::new(1, 2, 3);
    let header = sender.relay(Mono::ZERO, &packet.header, 8, packet.payload.len() as u32);
    let header = header.expect("the first packet of a stream is relayed");
    let mut datagram = bytes.to_vec();
    let sent = header.write_before(&mut datagram, packet.place());
    let again = Packet::parse(sent).expect("what we write can be read");
    assert_eq!((again.header, again.payload), (header, packet.payload));
}

/// A datagram on an RTCP port.
pub fn rtcp(bytes: &[u8]) {
    let mut octets = 0;
    for message in rtcp::parse(bytes) {
        octets += 4;
        match message {
            Ok(Message::SenderReport { blocks, .. } | Message::ReceiverReport { blocks, .. }) => {
                assert!(blocks.count() <= 31);
            }
            Ok(Message::Description { .. } | Message::Bye { .. } | Message::Other { .. }) | Err(_) => {}
        }
    }
    assert!(octets <= bytes.len() + 4, "no more messages than there is room for");
}

/// A recording file, fed in pieces: it is read to the same point whatever the pieces are.
pub fn recording(bytes: &[u8]) {
    let whole = read(&[bytes]);
    let (front, back) = bytes.split_at(bytes.len() / 3);
    assert_eq!(whole, read(&[front, back]));
}

/// A WAV file.
pub fn wav(bytes: &[u8]) {
    if let Ok(wav) = Wav::parse(bytes, 1 << 20) {
        let samples = wav.samples().count();
        assert_eq!(samples, wav.len() * usize::from(wav.format.channels));
    }
}

/// Reads pieces of a recording to their end. Only recordings of up to an hour are assembled: a damaged file may claim
/// more, and silence takes its time.
fn read(pieces: &[&[u8]]) -> (u64, u64) {
    const HOUR: u32 = 3600 * 8000;
    let track = |direction| Track { leg: 1, direction };
    let config = AssemblyConfig {
        left: track(Direction::Inbound),
        right: track(Direction::Outbound),
        rate_hz: 8000,
        skew_max: std::time::Duration::from_secs(1),
    };
    let mut assembler = Assembler::new(config).expect("8 kHz");
    let mut out = Vec::new();
    let mut reader = Reader::new();
    for piece in pieces {
        reader.feed(piece);
        while let Ok(Some(record)) = reader.next_record() {
            if record.end().0 < HOUR {
                assembler.push(&record, &mut out);
                out.clear();
            }
        }
    }
    assembler.finish(&mut out);
    assert!(reader.bytes() <= pieces.iter().map(|piece| piece.len() as u64).sum());
    (reader.records(), reader.bytes())
}

#[cfg(test)]
mod tests;
