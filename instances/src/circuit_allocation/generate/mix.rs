//! Job sizes, from single GPUs to most of a cluster.

use crate::draw::Draw;

/// A distribution of job sizes: GPUs with their share, in any unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mix(&'static [(u32, u64)]);

/// Multi-GPU jobs of the yardstick of 512 GPUs.
const MULTI: Mix = Mix(&[(8, 35), (16, 25), (32, 20), (64, 12), (128, 8)]);

/// Helios jobs as binned by the simulator of Han et al. (RapidNetSim).
const HELIOS: Mix = Mix(&[
    (1, 11_136),
    (2, 829),
    (4, 1_109),
    (8, 4_257),
    (16, 400),
    (32, 925),
    (64, 76),
    (128, 80),
    (256, 13),
]);

/// Powers of two up to 2,048 with long tails, in the manner of TPU slices; the shares are our own.
const TPU: Mix = Mix(&[
    (4, 15),
    (8, 18),
    (16, 16),
    (32, 14),
    (64, 12),
    (128, 9),
    (256, 7),
    (512, 5),
    (1024, 3),
    (2048, 1),
]);

impl Mix {
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "multi" => Some(MULTI),
            "helios" => Some(HELIOS),
            "tpu" => Some(TPU),
            _ => None,
        }
    }

    /// A size of at most `most` GPUs, rounded up to whole servers where it exceeds one.
    pub(super) fn draw(self, gpus_per_server: u32, most: u32, draw: &mut Draw) -> u32 {
        let whole: u64 = self.0.iter().map(|each| each.1).sum();
        let mut ticket = draw.between(1, whole);
        let mut gpus = 1;
        for &(size, share) in self.0 {
            gpus = size;
            if ticket <= share {
                break;
            }
            ticket -= share;
        }
        if gpus > gpus_per_server {
            gpus = gpus.next_multiple_of(gpus_per_server);
        }
        if gpus > most {
            // The largest that is possible.
            gpus = if most > gpus_per_server { most - most % gpus_per_server } else { most };
        }
        gpus.max(1)
    }
}
