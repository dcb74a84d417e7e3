//! What the words of a task's label say about its memory.
//!
//! Workflows name their tasks after what they work on: `FOXA1_VCaP_R1881_REP2`,
//! `SPAdes-ERR260271-ERR260272`. Tasks that share a word, or a beginning, often share a need. The
//! logarithm of the peak is a sum over the words of the label (each at its place) and its
//! beginnings, plus a slope in the logarithm of the input size: ridge regression on indicator
//! columns (Hoerl and Kennard, *Technometrics* 12, 1970), by Gauss-Seidel sweeps. O(P·L) per
//! sweep for `P` tasks of `L` words.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Penalty on the square of a word's effect, in tasks: how many tasks without an effect every
/// word is thought to have been seen with.
const PENALTY: f64 = 1.0;
const SWEEPS: usize = 20;
/// Words and beginnings of a label beyond these are left out.
const WORDS: usize = 8;
/// A task cannot be left out by more than this factor of its residual.
const LARGEST_STRETCH: f64 = 5.0;

/// A word at its place, or a beginning, as a number.
pub(super) type Word = u64;

/// The words of a label and its beginnings of two words and more.
pub(super) fn words(label: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut beginning = Hash::default();
    let pieces = label.split(|c: char| !c.is_alphanumeric()).filter(|piece| !piece.is_empty());
    for (place, piece) in pieces.take(WORDS).enumerate() {
        words.push(Hash::default().with(&[place as u8, 0xfe]).with(piece.as_bytes()).0);
        beginning = beginning.with(piece.as_bytes()).with(&[0xff]);
        if place > 0 {
            words.push(beginning.0);
        }
    }
    words
}

/// Fowler, Noll and Vo's hash, variant 1a: the same in every release, as states are written down.
struct Hash(u64);

impl Default for Hash {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hash {
    fn with(&self, bytes: &[u8]) -> Self {
        let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        Self(bytes.iter().fold(self.0, step))
    }
}

/// A task as the regression sees it.
pub(super) struct Observation<'a> {
    pub(super) ln_input: f64,
    pub(super) ln_peak: f64,
    pub(super) words: &'a [Word],
}

/// The fitted regression.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct WordEffects {
    effects: BTreeMap<Word, f64>,
    intercept: f64,
    slope: f64,
    mean_ln_input: f64,
    /// Per observation, the prediction from all others.
    left_out: Vec<f64>,
}

impl WordEffects {
    /// Fits the observations; nothing where none has a label.
    pub(super) fn of(observations: &[Observation]) -> Option<Self> {
        if observations.len() < 3 || observations.iter().all(|each| each.words.is_empty()) {
            return None;
        }
        let mut numbers: BTreeMap<Word, usize> = BTreeMap::new();
        for word in observations.iter().flat_map(|each| each.words) {
            let next = numbers.len();
            numbers.entry(*word).or_insert(next);
        }
        let rows: Vec<Vec<usize>> = observations
            .iter()
            .map(|each| each.words.iter().map(|w| numbers[w]).collect())
            .collect();
        let mut columns: Vec<Vec<usize>> = vec![Vec::new(); numbers.len()];
        for (row, words) in rows.iter().enumerate() {
            words.iter().for_each(|&word| columns[word].push(row));
        }
        let count = observations.len() as f64;
        let mean_ln_input = observations.iter().map(|each| each.ln_input).sum::<f64>() / count;
        let inputs: Vec<f64> =
            observations.iter().map(|each| each.ln_input - mean_ln_input).collect();
        let spread: f64 = inputs.iter().map(|x| x * x).sum::<f64>();
        let mut intercept = observations.iter().map(|each| each.ln_peak).sum::<f64>() / count;
        let mut residuals: Vec<f64> =
            observations.iter().map(|each| each.ln_peak - intercept).collect();
        let mut effects = vec![0.0; columns.len()];
        let mut slope = 0.0;
        for _ in 0..SWEEPS {
            if spread > 1e-9 {
                let along: f64 = residuals.iter().zip(&inputs).map(|(r, x)| r * x).sum();
                let step = along / spread;
                slope += step;
                residuals.iter_mut().zip(&inputs).for_each(|(r, x)| *r -= step * x);
            }
            for (effect, column) in effects.iter_mut().zip(&columns) {
                let sum: f64 = column.iter().map(|&row| residuals[row]).sum();
                let step = (sum - PENALTY * *effect) / (column.len() as f64 + PENALTY);
                *effect += step;
                column.iter().for_each(|&row| residuals[row] -= step);
            }
            let step = residuals.iter().sum::<f64>() / count;
            intercept += step;
            residuals.iter_mut().for_each(|r| *r -= step);
        }
        // Leaving out a task stretches its residual by 1/(1 − h), with `h` its leverage: exact
        // for one word alone, and for words that only this task has.
        let stretch = |row: usize| {
            let own = |&word: &usize| 1.0 / (columns[word].len() as f64 - 1.0 + PENALTY);
            let along = if spread > 1e-9 { inputs[row] * inputs[row] / spread } else { 0.0 };
            let sum = 1.0 / (count - 1.0) + along + rows[row].iter().map(own).sum::<f64>();
            (1.0 + sum).min(LARGEST_STRETCH)
        };
        let left_out = (0..rows.len())
            .map(|row| observations[row].ln_peak - residuals[row] * stretch(row))
            .collect();
        let effects = numbers.into_iter().map(|(word, number)| (word, effects[number])).collect();
        Some(Self { effects, intercept, slope, mean_ln_input, left_out })
    }

    /// The logarithm of the peak.
    pub(super) fn at(&self, ln_input: f64, words: &[Word]) -> f64 {
        let effect = |word: &Word| self.effects.get(word).copied().unwrap_or(0.0);
        self.intercept
            + self.slope * (ln_input - self.mean_ln_input)
            + words.iter().map(effect).sum::<f64>()
    }

    /// The logarithm of an observation's peak, told by the others.
    pub(super) fn left_out(&self, index: usize) -> Option<f64> {
        self.left_out.get(index).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fitted(tasks: &[(&str, f64, f64)]) -> WordEffects {
        let labels: Vec<Vec<Word>> = tasks.iter().map(|task| words(task.0)).collect();
        let observations: Vec<Observation> = tasks
            .iter()
            .zip(&labels)
            .map(|(&(_, ln_input, ln_peak), words)| Observation { ln_input, ln_peak, words })
            .collect();
        WordEffects::of(&observations).unwrap()
    }

    #[test]
    fn words_count_at_their_place_and_as_beginnings() {
        let (ab, ba, abc) = (words("a-b"), words("b_a"), words("a.b/c"));
        assert_eq!(ab.len(), 3);
        assert!(ab.iter().all(|word| !ba.contains(word)));
        assert!(ab.iter().all(|word| abc.contains(word)));
        assert!(words("").is_empty() && words("--").is_empty());
        assert_eq!(words("one two three four five six seven eight nine ten").len(), 2 * WORDS - 1);
    }

    #[test]
    fn two_groups_are_told_apart() {
        let tasks: Vec<(String, f64)> = (0..40)
            .map(|i| (format!("{}_{i}", if i % 2 == 0 { "x" } else { "y" }), f64::from(i % 2)))
            .collect();
        let tasks: Vec<(&str, f64, f64)> =
            tasks.iter().map(|(l, y)| (l.as_str(), 1.0, *y)).collect();
        let fit = fitted(&tasks);
        assert!((fit.at(1.0, &words("x_99")) - 0.0).abs() < 0.2);
        assert!((fit.at(1.0, &words("y_99")) - 1.0).abs() < 0.2);
        assert!((fit.at(1.0, &words("z_99")) - 0.5).abs() < 0.05, "an unknown word says nothing");
    }

    #[test]
    fn the_slope_is_that_of_the_input() {
        let labels: Vec<String> = (0..30).map(|i| format!("s{}", i % 3)).collect();
        let tasks: Vec<(&str, f64, f64)> = labels
            .iter()
            .enumerate()
            .map(|(i, l)| (l.as_str(), i as f64, 0.7 * i as f64))
            .collect();
        assert!((fitted(&tasks).at(100.0, &words("s1")) - 70.0).abs() < 0.5);
    }

    #[test]
    fn leaving_out_is_refitting_without() {
        let labels: Vec<String> = (0..24).map(|i| format!("{}_{}", i % 3, i / 3)).collect();
        let tasks: Vec<(&str, f64, f64)> = labels
            .iter()
            .enumerate()
            .map(|(i, label)| (label.as_str(), 1.0, (i % 3) as f64 + 0.1 * ((7 * i) % 5) as f64))
            .collect();
        let all = fitted(&tasks);
        for out in 0..tasks.len() {
            let mut others = tasks.clone();
            let (label, ln_input, ln_peak) = others.remove(out);
            let without = fitted(&others).at(ln_input, &words(label));
            let (exact, told) = (ln_peak - without, ln_peak - all.left_out(out).unwrap());
            assert!(
                (exact - told).abs() < 0.1 + 0.3 * exact.abs(),
                "{out}: {exact} against {told}"
            );
        }
    }

    #[test]
    fn nothing_comes_of_tasks_without_labels() {
        let bare = Observation { ln_input: 1.0, ln_peak: 2.0, words: &[] };
        assert!(WordEffects::of(&[]).is_none());
        let many: Vec<Observation> =
            (0..9).map(|_| Observation { words: bare.words, ..bare }).collect();
        assert!(WordEffects::of(&many).is_none());
    }
}
