//! The lists of classes, with only those jobs that are released and still want devices.

use super::class_lists::ClassLists;
use super::instance::{Instance, JobId};

/// Lists under way. Jobs come in as time passes and leave when they have all they want, each in
/// O(eligible classes · (log jobs + jobs behind it in the list's memory)).
pub(super) struct OpenLists {
    /// Per class: place in the list and job, the most urgent last.
    open: Vec<Vec<(u32, JobId)>>,
    /// Per job: the classes that may serve it, and its place in their lists.
    places: Vec<Vec<(u32, u32)>>,
    /// Jobs that are not released, and when they are, the next one last.
    pending: Vec<(u64, JobId)>,
}

impl OpenLists {
    /// Lists of eligible jobs at the beginning of time, nobody released.
    pub(super) fn new(instance: &Instance, lists: &ClassLists) -> Self {
        let mut places = vec![Vec::new(); instance.jobs.len()];
        for class in 0..instance.classes.len() {
            for (place, id) in (0..).zip(lists.of(class)) {
                places[id.index()].push((class as u32, place));
            }
        }
        let release = |(job, id)| (instance.jobs[job as usize].release_ms, id);
        let jobs = 0..instance.jobs.len() as u32;
        let mut pending: Vec<(u64, JobId)> = jobs.map(|job| release((job, JobId(job)))).collect();
        pending.sort_unstable_by(|a, b| b.cmp(a));
        Self { open: vec![Vec::new(); instance.classes.len()], places, pending }
    }

    /// When the next job is released, if one is still to be.
    pub(super) fn next_release_ms(&self) -> Option<u64> {
        self.pending.last().map(|&(release_ms, _)| release_ms)
    }

    /// Lets in the jobs that are released by a time.
    pub(super) fn release(&mut self, now_ms: u64) {
        while let Some(&(release_ms, id)) = self.pending.last()
            && release_ms <= now_ms
        {
            self.pending.pop();
            for &(class, place) in &self.places[id.index()] {
                let list = &mut self.open[class as usize];
                let at = list.partition_point(|&(other, _)| other > place);
                list.insert(at, (place, id));
            }
        }
    }

    /// Takes a job off all lists.
    pub(super) fn finish(&mut self, id: JobId) {
        for &(class, place) in &self.places[id.index()] {
            let list = &mut self.open[class as usize];
            let at = list.partition_point(|&(other, _)| other > place);
            if list.get(at).is_some_and(|&(other, _)| other == place) {
                list.remove(at);
            }
        }
    }

    /// The open jobs of a class, the most urgent first.
    pub(super) fn of(&self, class: usize) -> impl Iterator<Item = JobId> + '_ {
        self.open[class].iter().rev().map(|&(_, id)| id)
    }

    /// The classes that may serve a job.
    pub(super) fn classes(&self, id: JobId) -> impl Iterator<Item = usize> + '_ {
        self.places[id.index()].iter().map(|&(class, _)| class as usize)
    }
}
