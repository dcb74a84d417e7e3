//! Nodes by height: who stands on which level, and who waits there with excess.

/// "No node" in the linked lists.
const NONE: u32 = u32::MAX;

#[derive(Clone, Copy)]
struct Links {
    next: u32,
    previous: u32,
}

/// All nodes that may still reach the target, in one doubly linked list per height.
///
/// The list of a level tells in constant time whether a node stands there alone, which is when
/// its relabelling opens a gap, and hands over the nodes above a gap.
pub(super) struct Levels {
    first: Vec<u32>,
    links: Vec<Links>,
    /// No level above this one is occupied.
    highest: usize,
}

impl Levels {
    pub(super) fn new(node_count: usize) -> Self {
        let links = vec![Links { next: NONE, previous: NONE }; node_count];
        Self { first: vec![NONE; node_count], links, highest: 0 }
    }

    /// Forgets who stands at `height` or above.
    pub(super) fn clear_from(&mut self, height: u32) {
        clear_from(&mut self.first, &mut self.highest, height);
    }

    /// Puts all of `nodes` on an empty level.
    pub(super) fn fill(&mut self, height: u32, nodes: &[u32]) {
        let mut previous = NONE;
        let followers = nodes.iter().skip(1).copied().chain([NONE]);
        for (&node, next) in nodes.iter().zip(followers) {
            self.links[node as usize] = Links { next, previous };
            previous = node;
        }
        if let Some(&node) = nodes.first() {
            self.first[height as usize] = node;
            self.highest = self.highest.max(height as usize);
        }
    }

    /// Puts `node` on a level.
    pub(super) fn insert(&mut self, node: u32, height: u32) {
        let next = std::mem::replace(&mut self.first[height as usize], node);
        self.links[node as usize] = Links { next, previous: NONE };
        if next != NONE {
            self.links[next as usize].previous = node;
        }
        self.highest = self.highest.max(height as usize);
    }

    /// Takes `node` off the level on which it stands.
    pub(super) fn remove(&mut self, node: u32, height: u32) {
        let Links { next, previous } = self.links[node as usize];
        match previous {
            NONE => self.first[height as usize] = next,
            _ => self.links[previous as usize].next = next,
        }
        if next != NONE {
            self.links[next as usize].previous = previous;
        }
    }

    /// Whether `node` has its level to itself.
    pub(super) fn is_alone(&self, node: u32, height: u32) -> bool {
        self.first[height as usize] == node && self.links[node as usize].next == NONE
    }

    /// Empties every level from `height` upwards, handing each node to `visit`.
    pub(super) fn drain_from(&mut self, height: u32, mut visit: impl FnMut(u32)) {
        for level in height as usize..=self.highest {
            let mut node = self.first[level];
            while node != NONE {
                visit(node);
                node = self.links[node as usize].next;
            }
        }
        self.clear_from(height);
    }
}

/// Nodes with excess, in one stack per height, served from the highest.
pub(super) struct ActiveStacks {
    top: Vec<u32>,
    below: Vec<u32>,
    /// No stack above this one holds a node.
    highest: usize,
}

impl ActiveStacks {
    pub(super) fn new(node_count: usize) -> Self {
        Self { top: vec![NONE; node_count], below: vec![NONE; node_count], highest: 0 }
    }

    /// Forgets who waits at `height` or above.
    pub(super) fn clear_from(&mut self, height: u32) {
        clear_from(&mut self.top, &mut self.highest, height);
    }

    /// Lets `node` wait at `height`.
    pub(super) fn insert(&mut self, node: u32, height: u32) {
        self.below[node as usize] = std::mem::replace(&mut self.top[height as usize], node);
        self.highest = self.highest.max(height as usize);
    }

    /// Takes out a node of greatest height.
    pub(super) fn pop_highest(&mut self) -> Option<u32> {
        while self.top[self.highest] == NONE {
            self.highest = self.highest.checked_sub(1)?;
        }
        let node = self.top[self.highest];
        self.top[self.highest] = self.below[node as usize];
        Some(node)
    }
}

fn clear_from(entries: &mut [u32], highest: &mut usize, height: u32) {
    let height = height as usize;
    if height <= *highest {
        entries[height..=*highest].fill(NONE);
        *highest = height.saturating_sub(1);
    }
}
