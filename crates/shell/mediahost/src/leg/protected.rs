//! A leg whose packets are encrypted under keys of the signalling.

use bell_types::SrtpKeys;

use super::Leg;
use crate::gauges::count;
use crate::srtp::{KeyGone, Srtp, Unfit};
use crate::worker::Studio;

impl Leg {
    /// What encrypts the leg's packets; none if they are in the clear.
    pub(super) fn protection(&mut self) -> Option<&mut Srtp> {
        self.remote.as_ref()?.srtp?;
        self.srtp.as_deref_mut()
    }

    /// Takes the keys that both sides agreed on, if any.
    pub(super) fn agree_on_keys(&mut self, keys: Option<SrtpKeys>, studio: &Studio) -> Result<(), KeyGone> {
        let ring = &studio.config.keyring;
        match (keys, &mut self.srtp) {
            (None, _) => Ok(()),
            (Some(keys), Some(srtp)) => srtp.renew(keys, ring),
            (Some(keys), none) => {
                *none = Some(Box::new(Srtp::new(keys, ring)?));
                Ok(())
            }
        }
    }

    /// What a datagram of RTP holds; none if it is not from the other side, or was there before.
    pub(super) fn unseal<'d>(&mut self, studio: &Studio, datagram: &'d mut [u8]) -> Option<&'d [u8]> {
        let Some(srtp) = self.protection() else { return Some(datagram) };
        match srtp.open(datagram) {
            Ok(len) => datagram.get(..len),
            Err(unfit) => {
                self.refuse(studio, unfit);
                None
            }
        }
    }

    /// The same for RTCP.
    pub(super) fn unseal_rtcp<'d>(&mut self, studio: &Studio, datagram: &'d mut [u8]) -> Option<&'d [u8]> {
        let Some(srtp) = self.protection() else { return Some(datagram) };
        match srtp.open_rtcp(datagram) {
            Ok(len) => datagram.get(..len),
            Err(unfit) => {
                self.refuse(studio, unfit);
                None
            }
        }
    }

    fn refuse(&mut self, studio: &Studio, unfit: Unfit) {
        match unfit {
            Unfit::Malformed => count(&studio.counters.malformed, 1),
            Unfit::Replayed => count(&studio.counters.refused, 1),
            Unfit::Forged | Unfit::TooManySources => {
                count(&studio.counters.refused, 1);
                // To who looks for the reason of a silence, another key is another format.
                self.inbound.watch.wrong_format(studio.now.mono);
            }
        }
    }
}
