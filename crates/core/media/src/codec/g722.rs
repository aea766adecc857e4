//! ITU-T G.722 (11/88) at 64 kbit/s: two bands of 4 kHz, 6 bits of ADPCM for the lower and 2 for the upper. Block and
//! table names are those of its clause 6.

/// QMF coefficients: one half of the 24 taps, the other half is their mirror (table 11).
const QMF: [i32; 12] = [3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11];

/// Q6: decision levels of the lower band's quantiser (table 14).
const DECISION_LOW: [i32; 29] = [
    35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650, 714, 786, 858, 940, 1023, 1121, 1219, 1339,
    1458, 1612, 1765, 1980, 2195, 2557, 2919,
];

/// The decision level of the upper band's quantiser (Q2, table 16).
const DECISION_HIGH: i32 = 564;

/// QM6: output of the lower band's inverse quantiser for decoding (table 18).
const OUTPUT_LOW: [i32; 64] = [
    -136, -136, -136, -136, -24808, -21904, -19008, -16704, -14984, -13512, -12280, -11192, -10232, -9360, -8576,
    -7856, -7192, -6576, -6000, -5456, -4944, -4464, -4008, -3576, -3168, -2776, -2400, -2032, -1688, -1360, -1040,
    -728, 24808, 21904, 19008, 16704, 14984, 13512, 12280, 11192, 10232, 9360, 8576, 7856, 7192, 6576, 6000, 5456,
    4944, 4464, 4008, 3576, 3168, 2776, 2400, 2032, 1688, 1360, 1040, 728, 432, 136, -432, -136,
];

/// QM4: output of the lower band's inverse quantiser for prediction, which leaves the two lowest bits out (table 17).
const PREDICTED_LOW: [i32; 16] =
    [0, -20456, -12896, -8968, -6288, -4240, -2584, -1200, 20456, 12896, 8968, 6288, 4240, 2584, 1200, 0];

/// QM2: output of the upper band's inverse quantiser (table 19).
const OUTPUT_HIGH: [i32; 4] = [-7408, -1616, 7408, 1616];

/// WL: what each code does to the lower band's log scale factor (tables 20 and 21, joined).
const STEP_LOW: [i32; 16] = [-60, 3042, 1198, 538, 334, 172, 58, -30, 3042, 1198, 538, 334, 172, 58, -30, -60];

/// WH: the same for the upper band (table 22).
const STEP_HIGH: [i32; 4] = [798, -214, 798, -214];

/// ILB: 2048 times 2 to the power of n/32 (table 23).
const POWER: [i32; 32] = [
    2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834, 2896, 2960, 3025,
    3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008,
];

/// The largest log scale factors (LOGSCL, LOGSCH).
const LOG_SCALE_MAX: [i32; 2] = [18_432, 22_528];

/// What a G.722 decoder remembers.
#[derive(Clone, Debug)]
pub struct G722Decoder {
    low: Band,
    high: Band,
    qmf: Qmf,
}

/// What a G.722 encoder remembers.
#[derive(Clone, Debug)]
pub struct G722Encoder {
    low: Band,
    high: Band,
    qmf: Qmf,
}

impl G722Decoder {
    /// A decoder at the beginning of a stream.
    pub const fn new() -> Self {
        Self { low: Band::low(), high: Band::high(), qmf: Qmf::new() }
    }

    /// Appends two samples at 16 kHz for each octet.
    pub fn decode(&mut self, payload: &[u8], out: &mut Vec<i16>) {
        out.reserve(payload.len() * 2);
        for &octet in payload {
            let low = self.decode_low(usize::from(octet & 0x3F));
            let high = self.decode_high(usize::from(octet >> 6));
            let (first, second) = self.qmf.filter(low + high, low - high);
            out.extend([saturate(second >> 11) as i16, saturate(first >> 11) as i16]);
        }
    }

    fn decode_low(&mut self, code: usize) -> i32 {
        let difference = (self.low.scale * OUTPUT_LOW[code]) >> 15;
        let sample = (self.low.prediction + difference).clamp(-16_384, 16_383);
        self.low.adapt_low(code >> 2);
        sample
    }

    fn decode_high(&mut self, code: usize) -> i32 {
        let difference = (self.high.scale * OUTPUT_HIGH[code]) >> 15;
        let sample = (self.high.prediction + difference).clamp(-16_384, 16_383);
        self.high.adapt_high(code);
        sample
    }
}

impl Default for G722Decoder {
    fn default() -> Self {
        Self::new()
    }
}

impl G722Encoder {
    /// An encoder at the beginning of a stream.
    pub const fn new() -> Self {
        Self { low: Band::low(), high: Band::high(), qmf: Qmf::new() }
    }

    /// Appends one octet for each two samples at 16 kHz.
    pub fn encode(&mut self, samples: &[i16], out: &mut Vec<u8>) {
        out.reserve(samples.len() / 2);
        for pair in samples.chunks_exact(2) {
            let (odd, even) = self.qmf.filter(i32::from(pair[0]), i32::from(pair[1]));
            let low = self.encode_low((even + odd) >> 14);
            let high = self.encode_high((even - odd) >> 14);
            out.push(high << 6 | low);
        }
    }

    fn encode_low(&mut self, sample: i32) -> u8 {
        let error = saturate(sample - self.low.prediction);
        let magnitude = if error < 0 { !error } else { error };
        let scale = self.low.scale;
        // QUANTL: the interval, from 1.
        let interval = 1 + DECISION_LOW.partition_point(|level| magnitude >= (level * scale) >> 12) as u8;
        let code = match (error < 0, interval) {
            (true, 1 | 2) => 64 - interval,
            (true, _) => 34 - interval,
            (false, _) => 62 - interval,
        };
        self.low.adapt_low(usize::from(code >> 2));
        code
    }

    fn encode_high(&mut self, sample: i32) -> u8 {
        let error = saturate(sample - self.high.prediction);
        let magnitude = if error < 0 { !error } else { error };
        let outer = magnitude >= (DECISION_HIGH * self.high.scale) >> 12;
        let code = match (error < 0, outer) {
            (true, true) => 0,
            (true, false) => 1,
            (false, true) => 2,
            (false, false) => 3,
        };
        self.high.adapt_high(usize::from(code));
        code
    }
}

impl Default for G722Encoder {
    fn default() -> Self {
        Self::new()
    }
}

/// The adaptive predictor and quantiser of one band.
#[derive(Clone, Debug)]
struct Band {
    /// S, its zero section's part SZ, and the scale factor DET with its logarithm NB.
    prediction: i32,
    from_zeros: i32,
    scale: i32,
    log_scale: i32,
    /// A1, A2 with the reconstructed signal R before, doubled as FILTEP wants it, and the partly reconstructed P before.
    poles: [i32; 2],
    reconstructed: [i32; 2],
    partial: [i32; 2],
    /// B1 to B6 with the quantised differences D before, doubled as FILTEZ wants them.
    zeros: [i32; 6],
    differences: [i32; 6],
}

impl Band {
    const fn low() -> Self {
        Self::with_scale(32)
    }

    const fn high() -> Self {
        Self::with_scale(8)
    }

    const fn with_scale(scale: i32) -> Self {
        Self {
            prediction: 0,
            from_zeros: 0,
            scale,
            log_scale: 0,
            poles: [0; 2],
            reconstructed: [0; 2],
            partial: [0; 2],
            zeros: [0; 6],
            differences: [0; 6],
        }
    }

    /// Blocks 2L to 4L, from the upper four bits of the code.
    fn adapt_low(&mut self, code: usize) {
        let difference = (self.scale * PREDICTED_LOW[code]) >> 15;
        self.rescale(STEP_LOW[code], LOG_SCALE_MAX[0], 8);
        self.predict(difference);
    }

    /// Blocks 2H to 4H.
    fn adapt_high(&mut self, code: usize) {
        let difference = (self.scale * OUTPUT_HIGH[code]) >> 15;
        self.rescale(STEP_HIGH[code], LOG_SCALE_MAX[1], 10);
        self.predict(difference);
    }

    /// LOGSCL and SCALEL, or LOGSCH and SCALEH.
    fn rescale(&mut self, step: i32, max: i32, shift: i32) {
        self.log_scale = (((self.log_scale * 127) >> 7) + step).clamp(0, max);
        let power = POWER[(self.log_scale >> 6 & 31) as usize];
        let down = shift - (self.log_scale >> 11);
        self.scale = (if down < 0 { power << -down } else { power >> down }) << 2;
    }

    /// Block 4: the signal is reconstructed, the coefficients follow it, the next sample is predicted.
    fn predict(&mut self, difference: i32) {
        let reconstructed = saturate(self.prediction + difference);
        let partial = saturate(self.from_zeros + difference);
        self.adapt_poles(partial);
        self.adapt_zeros(difference);
        self.differences.copy_within(..5, 1);
        self.differences[0] = saturate(difference << 1);
        self.reconstructed = [saturate(reconstructed << 1), self.reconstructed[0]];
        self.partial = [partial, self.partial[0]];
        // FILTEP, FILTEZ, PREDIC
        let from_poles = saturate(filter(&self.poles, &self.reconstructed));
        self.from_zeros = saturate(filter(&self.zeros, &self.differences));
        self.prediction = saturate(from_poles + self.from_zeros);
    }

    /// UPPOL2 and UPPOL1, with their limits of stability.
    fn adapt_poles(&mut self, partial: i32) {
        let sign = partial >> 15;
        let same = [sign == self.partial[0] >> 15, sign == self.partial[1] >> 15];
        let [a1, a2] = self.poles;
        let slope = saturate(a1 << 2);
        let slope = (if same[0] { -slope } else { slope }).min(32_767) >> 7;
        let a2 = (slope + (if same[1] { 128 } else { -128 }) + ((a2 * 32_512) >> 15)).clamp(-12_288, 12_288);
        let limit = saturate(15_360 - a2);
        let a1 = saturate((if same[0] { 192 } else { -192 }) + ((a1 * 32_640) >> 15)).clamp(-limit, limit);
        self.poles = [a1, a2];
    }

    /// UPZERO
    fn adapt_zeros(&mut self, difference: i32) {
        let step = if difference == 0 { 0 } else { 128 };
        for (zero, before) in self.zeros.iter_mut().zip(&self.differences) {
            let step = if before >> 15 == difference >> 15 { step } else { -step };
            *zero = saturate(step + ((*zero * 32_640) >> 15));
        }
    }
}

fn filter<const N: usize>(coefficients: &[i32; N], signal: &[i32; N]) -> i32 {
    coefficients.iter().zip(signal).map(|(coefficient, sample)| (coefficient * sample) >> 15).sum()
}

/// The quadrature mirror filter: 24 samples, the newest last.
#[derive(Clone, Debug)]
struct Qmf([i32; 24]);

impl Qmf {
    const fn new() -> Self {
        Self([0; 24])
    }

    /// Takes two samples and yields the sums over the even and the odd taps.
    fn filter(&mut self, first: i32, second: i32) -> (i32, i32) {
        self.0.copy_within(2.., 0);
        self.0[22] = first;
        self.0[23] = second;
        self.0
            .chunks_exact(2)
            .zip(QMF.iter().zip(QMF.iter().rev()))
            .fold((0, 0), |(a, b), (pair, (even, odd))| (a + pair[0] * even, b + pair[1] * odd))
    }
}

const fn saturate(value: i32) -> i32 {
    if value > 32_767 {
        32_767
    } else if value < -32_768 {
        -32_768
    } else {
        value
    }
}
