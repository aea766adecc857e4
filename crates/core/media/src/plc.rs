//! Packet-loss concealment in the manner of ITU-T G.711 Appendix I: the last pitch periods go on, and fade out.

/// Fills the gaps of one stream of samples.
#[derive(Clone, Debug)]
pub struct Concealer {
    rate_hz: u32,
}

impl Concealer {
    /// A concealer for audio of this sample rate.
    pub fn new(rate_hz: u32) -> Self {
        Self { rate_hz }
    }

    /// Takes good samples, and blends their beginning with what was made up before them.
    pub fn good(&mut self, samples: &mut [i16]) {
        let _ = (samples, self.rate_hz);
        todo!()
    }

    /// Appends so many made-up samples.
    pub fn conceal(&mut self, samples: usize, out: &mut Vec<i16>) {
        let _ = (samples, out);
        todo!()
    }
}
