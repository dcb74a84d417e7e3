//! The default: optimal retry ladders for what the best experts expect, the best being those whose
//! own ladders would really have cost least.
//!
//! An expert is a shape of memory over input size and an outlook: which past tasks count for the
//! next one, all or those with a similar input, and how far the future may be from them. It keeps
//! the ratios of past peaks to its shape: a density of what the next task uses, and a cheapest
//! ladder for it.
//! When a task ends, its peak is known, and so is what *every* expert would have cost
//! (full information; Cesa-Bianchi and Lugosi, *Prediction, Learning, and Games*, 2006). The next
//! task follows the four experts that cost least on tasks like it, by the cheapest ladder for a
//! mixture of their densities; the less an expert cost, the larger its share. A mixture is not a
//! mean: where experts disagree, its ladder has rungs for each of them. As for which tasks are like
//! the next one, recent ones count more, and so do
//! those with a similar input, and where there are few of them the overall record decides. For the
//! first tasks after an earlier run, which may be all there are where nothing is learned any more,
//! what counts is how the experts of that run's first half would have fared in its second; and where
//! following only the best of them would have been much cheaper, that one alone is followed.
//!
//! Everything that is fitted judges a past task by the others alone, so that ratios are as wide as
//! those to come. The outlooks are in `outlooks`; what of the past they see, in `past`.
//!
//! Where tasks run side by side, the first to end are the shortest, and those that failed are still
//! under way. An attempt that was too small counts as a task with a peak well above it until the
//! task completes; and while little is known, the retries of a ladder rise steeply.
//!
//! The last 400 tasks of a type are remembered. Ladders are computed anew after every task of a
//! new type and, later, whenever the window of `W` has changed by a sixty-fourth; those on tasks
//! with a similar input, for every task. Complexity per observation: O(W · k) for the shapes, `k`
//! neighbours each, and O(W log W) per ladder; per proposal O(W · experts + k), and a ladder
//! for four densities in O(W).

mod cheapest_line;
mod fitting;
mod ledger;
mod outlooks;
mod past;
mod policy;
mod shapes;
mod trial;
mod words;

pub use policy::Experts;
