//! ITU-T G.711: A-law and mu-law, by tables that the compiler computes from the law.

/// The sample of an A-law octet, in 16 bits.
pub fn alaw_decode(octet: u8) -> i16 {
    ALAW_TO_LINEAR[octet as usize]
}

/// The sample of a mu-law octet, in 16 bits.
pub fn ulaw_decode(octet: u8) -> i16 {
    ULAW_TO_LINEAR[octet as usize]
}

/// The A-law octet of a sample (G.711 table 1: 13 bits with sign, even bits inverted).
pub fn alaw_encode(sample: i16) -> u8 {
    LINEAR_TO_ALAW[(magnitude(sample) >> 4) as usize] | positive_bit(sample)
}

/// The mu-law octet of a sample (G.711 table 2: 14 bits with sign, all bits inverted).
pub fn ulaw_encode(sample: i16) -> u8 {
    LINEAR_TO_ULAW[(magnitude(sample) >> 2) as usize] | positive_bit(sample)
}

// Statics, so that one copy of each is shared.
pub(crate) static ALAW_TO_LINEAR: [i16; 256] = alaw_to_linear();
pub(crate) static ULAW_TO_LINEAR: [i16; 256] = ulaw_to_linear();
static LINEAR_TO_ALAW: [u8; 2048] = linear_to_alaw();
static LINEAR_TO_ULAW: [u8; 8192] = linear_to_ulaw();

/// G.711 has no zero: steps lie at both sides of it, so -1 mirrors 0.
fn magnitude(sample: i16) -> u16 {
    (if sample < 0 { !sample } else { sample }) as u16
}

/// In both laws the highest bit says that a sample is positive, and no inversion touches it in our tables.
fn positive_bit(sample: i16) -> u8 {
    if sample < 0 { 0 } else { 0x80 }
}

const fn alaw_to_linear() -> [i16; 256] {
    let mut table = [0; 256];
    let mut octet = 0;
    while octet < 256 {
        let code = octet as u8 ^ 0x55;
        let segment = code >> 4 & 7;
        let step = (code & 15) as i16;
        // The middle of the step. The two lowest segments are equally fine.
        let magnitude = match segment {
            0 => step << 4 | 8,
            _ => (step << 4 | 0x108) << (segment - 1),
        };
        table[octet] = if code & 0x80 != 0 { magnitude } else { -magnitude };
        octet += 1;
    }
    table
}

const fn ulaw_to_linear() -> [i16; 256] {
    let mut table = [0; 256];
    let mut octet = 0;
    while octet < 256 {
        let code = !(octet as u8);
        let segment = code >> 4 & 7;
        let step = (code & 15) as i16;
        // G.711 shifts every segment up by 33 quarter steps, here 132, which makes them powers of two.
        let magnitude = ((step << 3 | 0x84) << segment) - 132;
        table[octet] = if code & 0x80 == 0 { magnitude } else { -magnitude };
        octet += 1;
    }
    table
}

const fn linear_to_alaw() -> [u8; 2048] {
    let mut table = [0; 2048];
    let mut magnitude = 0;
    while magnitude < 2048 {
        let mut step = magnitude as u16;
        let mut segment = 0;
        if step > 15 {
            segment = 1;
            while step > 31 {
                step >>= 1;
                segment += 1;
            }
            step -= 16;
        }
        // Even bits are inverted, and the sign is the caller's.
        table[magnitude] = (segment << 4 | step as u8) ^ 0x55;
        magnitude += 1;
    }
    table
}

const fn linear_to_ulaw() -> [u8; 8192] {
    let mut table = [0; 8192];
    let mut magnitude = 0;
    while magnitude < 8192 {
        let biased = if magnitude + 33 > 0x1FFF { 0x1FFF } else { magnitude + 33 };
        let mut segment = 0;
        while biased >> segment > 63 {
            segment += 1;
        }
        let step = (biased >> (segment + 1) & 15) as u8;
        table[magnitude] = !(segment << 4 | step) & 0x7F;
        magnitude += 1;
    }
    table
}
