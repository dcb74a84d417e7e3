//! The rooted spanning tree of the network simplex.
//!
//! The tree is kept as parent links plus the *thread*, a doubly linked list of all nodes in
//! preorder. A subtree is then a contiguous stretch of the thread, from its root to the root's
//! `last` descendant, so cutting a subtree off, turning it upside down and hanging it elsewhere
//! only relinks the ends of stretches along the path (the *stem*) between its old root and its
//! new one. Subtree sizes tell which of two nodes lies deeper without storing depths.

/// No node, or no arc.
pub(super) const NONE: u32 = u32::MAX;

/// How the arc that joins a node to its parent points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pointing {
    /// From the node to its parent.
    Up,
    /// From the parent to the node.
    Down,
}

impl Pointing {
    fn reversed(self) -> Self {
        match self {
            Self::Up => Self::Down,
            Self::Down => Self::Up,
        }
    }
}

/// What a walk towards the root reads at every node.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    /// The next node towards the root, [`NONE`] at the root.
    pub(super) parent: u32,
    /// The arc between the node and its parent, [`NONE`] at the root.
    pub(super) arc: u32,
    /// Number of nodes in the subtree below the node, itself included.
    pub(super) size: u32,
    /// How `arc` points.
    pub(super) pointing: Pointing,
}

/// A cut-and-hang operation: the subtree of `cut` is re-rooted at `root` and hung below `onto`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rehang {
    /// The top node of the subtree whose parent arc leaves.
    pub(super) cut: u32,
    /// The node of that subtree at which the entering arc ends.
    pub(super) root: u32,
    /// The other end of the entering arc, outside the subtree.
    pub(super) onto: u32,
    /// Where the paths from both ends of the entering arc to the root meet.
    pub(super) join: u32,
    /// The entering arc.
    pub(super) arc: u32,
    /// How the entering arc points once `root` hangs below `onto`.
    pub(super) pointing: Pointing,
}

/// A spanning tree over the nodes `0..n` of a network and one artificial root, node `n`.
#[derive(Clone, Debug)]
pub(super) struct SpanningTree {
    root: u32,
    links: Vec<Link>,
    thread: Vec<u32>,
    thread_back: Vec<u32>,
    last: Vec<u32>,
}

impl SpanningTree {
    /// The star in which every node hangs below the artificial root by its own arc:
    /// `arc_of(v)` gives the arc of node `v` and how it points.
    pub(super) fn star(node_count: usize, arc_of: impl Fn(usize) -> (u32, Pointing)) -> Self {
        let root = node_count as u32;
        let mut links: Vec<Link> = (0..node_count)
            .map(|node| {
                let (arc, pointing) = arc_of(node);
                Link { parent: root, arc, size: 1, pointing }
            })
            .collect();
        links.push(Link { parent: NONE, arc: NONE, size: root + 1, pointing: Pointing::Up });
        // Preorder: the root first, then its children by index, and back to the root.
        let thread = (0..=root).map(|node| if node == root { 0 } else { node + 1 }).collect();
        let thread_back = (0..=root).map(|node| if node == 0 { root } else { node - 1 }).collect();
        let mut last: Vec<u32> = (0..=root).collect();
        last[node_count] = root.checked_sub(1).unwrap_or(root);
        Self { root, links, thread, thread_back, last }
    }

    /// The link of a node to its parent.
    pub(super) fn link(&self, node: u32) -> Link {
        self.links[node as usize]
    }

    /// The subtree of `node` in preorder, then the rest of the tree in preorder.
    pub(super) fn preorder_from(&self, node: u32) -> impl Iterator<Item = u32> + '_ {
        let mut next = node;
        (0..self.links.len()).map(move |_| {
            let current = next;
            next = self.thread[current as usize];
            current
        })
    }

    /// The first node behind the subtree of `node` in preorder (cyclically).
    pub(super) fn after_subtree(&self, node: u32) -> u32 {
        self.thread[self.last[node as usize] as usize]
    }

    /// Renames the nodes so that preorder is the order of the names, the root becoming node 0.
    /// Returns the new name of every node.
    ///
    /// Walks along the thread and towards the root then touch neighbouring memory.
    pub(super) fn rename_in_preorder(&mut self) -> Vec<u32> {
        let count = self.links.len();
        let order: Vec<u32> = self.preorder_from(self.root).collect();
        let mut names = vec![0; count];
        for (name, &node) in order.iter().enumerate() {
            names[node as usize] = name as u32;
        }
        let rename = |node: u32| if node == NONE { NONE } else { names[node as usize] };
        self.links = order
            .iter()
            .map(|&node| {
                let link = self.links[node as usize];
                Link { parent: rename(link.parent), ..link }
            })
            .collect();
        self.last = order.iter().map(|&node| rename(self.last[node as usize])).collect();
        self.root = 0;
        let count = count as u32;
        self.thread = (1..count).chain([0]).collect();
        self.thread_back = std::iter::once(count - 1).chain(0..count - 1).collect();
        names
    }

    /// Cuts the subtree of `change.cut` off, re-roots it at `change.root` and hangs it below
    /// `change.onto`. Takes time linear in the stem and in the two paths to `change.join`.
    pub(super) fn rehang(&mut self, change: Rehang) {
        let above = self.links[change.cut as usize].parent;
        let moved = self.links[change.cut as usize].size;
        let old_last = self.last[change.cut as usize];
        let (before, new_last) = self.turn_over(change);
        self.retreat_last(above, old_last, before);
        self.insert_behind(change.onto, change.root, new_last);
        let mut node = above;
        while node != change.join {
            let link = &mut self.links[node as usize];
            link.size -= moved;
            node = link.parent;
        }
        let mut node = change.onto;
        while node != change.join {
            let link = &mut self.links[node as usize];
            link.size += moved;
            node = link.parent;
        }
    }

    /// Takes the subtree out of the thread and reverses the links along the stem.
    ///
    /// The new preorder is the old subtree of the new root, then for each stem node upwards what
    /// its old subtree held besides the stem child's. Returns the node in front of the gap left
    /// in the thread and the last node of the new preorder.
    fn turn_over(&mut self, change: Rehang) -> (u32, u32) {
        let moved = self.links[change.cut as usize].size;
        let mut child = change.root;
        let mut old = self.links[child as usize];
        let mut child_last = self.last[child as usize];
        // Node behind the old subtree of `child`, and the one in front of it.
        let mut behind = self.thread[child_last as usize];
        let mut front = self.thread_back[child as usize];
        let mut end = child_last;
        self.links[child as usize] =
            Link { parent: change.onto, arc: change.arc, size: moved, pointing: change.pointing };
        while child != change.cut {
            let node = old.parent;
            let node_old = self.links[node as usize];
            let node_last = self.last[node as usize];
            let node_front = self.thread_back[node as usize];
            self.thread[end as usize] = node;
            self.thread_back[node as usize] = end;
            // What lies in front of the child's stretch and what lies behind it grow together.
            end = front;
            if node_last != child_last {
                let rest = behind;
                behind = self.thread[node_last as usize];
                self.thread[front as usize] = rest;
                self.thread_back[rest as usize] = front;
                end = node_last;
                child_last = node_last;
            }
            self.links[node as usize] = Link {
                parent: child,
                arc: old.arc,
                size: moved - old.size,
                pointing: old.pointing.reversed(),
            };
            (child, old, front) = (node, node_old, node_front);
        }
        self.thread[front as usize] = behind;
        self.thread_back[behind as usize] = front;
        // Every stem node now ends where the whole subtree ends.
        let mut node = change.cut;
        while node != change.onto {
            self.last[node as usize] = end;
            node = self.links[node as usize].parent;
        }
        (front, end)
    }

    /// After a subtree was cut from below `node`: ancestors that ended with it end earlier.
    fn retreat_last(&mut self, mut node: u32, old_last: u32, new_last: u32) {
        while node != NONE && self.last[node as usize] == old_last {
            self.last[node as usize] = new_last;
            node = self.links[node as usize].parent;
        }
    }

    /// Puts the stretch `first..=end` into the thread right behind `onto`.
    fn insert_behind(&mut self, onto: u32, first: u32, end: u32) {
        let next = self.thread[onto as usize];
        self.thread[onto as usize] = first;
        self.thread_back[first as usize] = onto;
        self.thread[end as usize] = next;
        self.thread_back[next as usize] = end;
        if self.last[onto as usize] == onto {
            self.retreat_last(onto, onto, end);
        }
    }
}
