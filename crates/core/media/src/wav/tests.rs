use proptest::prelude::*;

use super::{Encoding, Format, HEADER_LEN, Wav, WavError, header, with_comment, write_samples};
use crate::codec::g711::{alaw_decode, alaw_encode, ulaw_decode, ulaw_encode};

const STEREO: Format = Format { encoding: Encoding::Pcm(16), channels: 2, rate_hz: 8000 };

fn file(format: Format, data: &[u8]) -> Vec<u8> {
    let mut file = header(format, data.len() as u32).to_vec();
    file.extend(data);
    file
}

/// A file with this format chunk, as other programs write it.
fn foreign(format: &[u8], data: &[u8]) -> Vec<u8> {
    let mut file = b"RIFF\0\0\0\0WAVE".to_vec();
    for (name, body) in [(b"LIST", &[1u8, 2, 3][..]), (b"fmt ", format), (b"data", data)] {
        file.extend(name);
        file.extend((body.len() as u32).to_le_bytes());
        file.extend(body);
        if body.len() % 2 == 1 {
            file.push(0);
        }
    }
    file
}

fn format_chunk(encoding: u16, channels: u16, rate_hz: u32, bits: u16) -> Vec<u8> {
    let frame_len = bits / 8 * channels;
    let mut chunk = Vec::new();
    chunk.extend(encoding.to_le_bytes());
    chunk.extend(channels.to_le_bytes());
    chunk.extend(rate_hz.to_le_bytes());
    chunk.extend((rate_hz * u32::from(frame_len)).to_le_bytes());
    chunk.extend(frame_len.to_le_bytes());
    chunk.extend(bits.to_le_bytes());
    chunk
}

#[test]
fn the_header_is_what_the_world_expects() {
    let header = header(STEREO, 400);
    let expected = b"RIFF\xB4\x01\0\0WAVEfmt \x10\0\0\0\x01\0\x02\0\x40\x1F\0\0\0\x7D\0\0\x04\0\x10\0data\x90\x01\0\0";
    assert_eq!(&header, expected);
}

proptest! {
    #[test]
    fn what_is_written_can_be_read(samples in prop::collection::vec(any::<i16>(), 1..200), stereo: bool) {
        let channels = 1 + u16::from(stereo);
        let samples = &samples[..samples.len() - samples.len() % usize::from(channels)];
        prop_assume!(!samples.is_empty());
        for encoding in [Encoding::Pcm(16), Encoding::Alaw, Encoding::Ulaw] {
            let format = Format { encoding, channels, rate_hz: 8000 };
            let mut data = Vec::new();
            write_samples(encoding, samples, &mut data);
            let file = file(format, &data);
            let wav = Wav::parse(&file, 1000).unwrap();
            prop_assert_eq!(wav.format, format);
            prop_assert_eq!(wav.len(), samples.len() / usize::from(channels));
            let expected: Vec<i16> = samples.iter().map(|&sample| match encoding {
                Encoding::Pcm(_) => sample,
                Encoding::Alaw => alaw_decode(alaw_encode(sample)),
                Encoding::Ulaw => ulaw_decode(ulaw_encode(sample)),
            }).collect();
            prop_assert_eq!(wav.samples().collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn any_bytes_are_a_file_or_an_error(bytes: Vec<u8>) {
        crate::fuzz::wav(&bytes);
        crate::fuzz::wav(&foreign(&bytes, &bytes));
    }

    #[test]
    fn damaged_files_do_not_panic(at in 0usize..80, octet: u8) {
        let mut file = foreign(&format_chunk(1, 2, 8000, 16), &[0; 40]);
        let at = at % file.len();
        file[at] = octet;
        crate::fuzz::wav(&file);
    }
}

#[test]
fn every_width_of_pcm_is_read() {
    let cases: [(u16, &[u8], &[i16]); 4] = [
        (8, &[0, 128, 255, 192], &[-32_768, 0, 32_512, 16_384]),
        (16, &[0x34, 0x12, 0, 0x80], &[0x1234, -32_768]),
        (24, &[0xFF, 0x34, 0x12, 0, 0, 0x80], &[0x1234, -32_768]),
        (32, &[0xFF, 0xFF, 0x34, 0x12, 0, 0, 0, 0x80], &[0x1234, -32_768]),
    ];
    for (bits, data, expected) in cases {
        let file = foreign(&format_chunk(1, 1, 44_100, bits), data);
        let wav = Wav::parse(&file, 100).unwrap();
        assert_eq!(wav.samples().collect::<Vec<_>>(), expected, "{bits} bits");
        assert_eq!(wav.format.rate_hz, 44_100);
    }
}

#[test]
fn an_extensible_format_is_read() {
    let mut chunk = format_chunk(0xFFFE, 1, 48_000, 16);
    chunk.extend([22, 0, 16, 0, 4, 0, 0, 0]);
    chunk.extend([1, 0, 0, 0, 0, 0, 16, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71]);
    let file = foreign(&chunk, &[1, 0]);
    assert_eq!(Wav::parse(&file, 100).unwrap().samples().collect::<Vec<_>>(), [1]);
}

#[test]
fn a_file_that_was_cut_off_ends_where_it_ends() {
    let mut whole = file(STEREO, &[1; 400]);
    whole[40..44].copy_from_slice(&u32::MAX.to_le_bytes());
    whole.truncate(HEADER_LEN + 203);
    assert_eq!(Wav::parse(&whole, 100).unwrap().len(), 50, "half a frame at the end is left out");
}

#[test]
fn what_cannot_be_used_is_said() {
    let cases = [
        (b"RIFF".to_vec(), WavError::NotWav),
        (b"RIFF\0\0\0\0AVI LIST".to_vec(), WavError::NotWav),
        (b"RIFF\0\0\0\0WAVE".to_vec(), WavError::Truncated),
        (foreign(&[1, 0, 1, 0], &[0; 4]), WavError::Truncated),
        (foreign(&format_chunk(3, 1, 8000, 32), &[0; 4]), WavError::Encoding { encoding: 3, bits: 32 }),
        (foreign(&format_chunk(1, 1, 8000, 12), &[0; 4]), WavError::Encoding { encoding: 1, bits: 12 }),
        (foreign(&format_chunk(1, 6, 8000, 16), &[0; 24]), WavError::Channels(6)),
        (foreign(&format_chunk(1, 0, 8000, 16), &[0; 24]), WavError::Channels(0)),
        (foreign(&format_chunk(1, 1, 0, 16), &[0; 4]), WavError::Rate(0)),
        (foreign(&format_chunk(1, 1, 8000, 16), &[]), WavError::Empty),
        (foreign(&format_chunk(1, 1, 8000, 16), &[0; 202]), WavError::TooLong(100)),
    ];
    for (file, error) in cases {
        assert_eq!(Wav::parse(&file, 100), Err(error));
    }
}

#[test]
fn rec_13_a_remark_stands_in_the_file_and_the_samples_stay() {
    let format = Format { encoding: Encoding::Alaw, channels: 1, rate_hz: 8000 };
    for samples in [vec![0x55; 160], vec![0x55; 161]] {
        let mut file = header(format, samples.len() as u32).to_vec();
        file.extend(&samples);
        let marked = with_comment(file.clone(), "exported by 王").expect("a file of ours");
        let length = u32::from_le_bytes([marked[4], marked[5], marked[6], marked[7]]) as usize;
        assert_eq!((length + 8, marked.len() % 2), (marked.len(), 0));
        let remark = "exported by 王".as_bytes();
        assert!(marked.windows(remark.len()).any(|window| window == remark));
        let (before, after) = (Wav::parse(&file, 1000).unwrap(), Wav::parse(&marked, 1000).unwrap());
        assert!(before.samples().eq(after.samples()));
    }
    assert_eq!(with_comment(b"OggS".to_vec(), "no"), None);
}
