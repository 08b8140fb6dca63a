//! Values that change at instants: switches and budgets with their whole history.

/// A value over time. Instants are Unix seconds, ascending; before the first the value is the first one's.
#[derive(Debug, Clone)]
pub(crate) struct Timeline<T> {
    steps: Vec<(i64, T)>,
}

impl<T: Clone + PartialEq> Timeline<T> {
    pub(crate) fn new(from: i64, value: T) -> Self {
        Self { steps: vec![(from, value)] }
    }

    /// Appends a change. One at the instant of the last step replaces it; an earlier one is moved to it, for history is not rewritten.
    pub(crate) fn set(&mut self, at: i64, value: T) {
        match self.steps.last_mut() {
            Some(last) if last.1 == value => {}
            Some(last) if at <= last.0 => last.1 = value,
            _ => self.steps.push((at, value)),
        }
    }

    pub(crate) fn at(&self, instant: i64) -> &T {
        let after = match self.steps.as_slice() {
            [_] => 1,
            steps => steps.partition_point(|(from, _)| *from <= instant),
        };
        &self.steps[after.saturating_sub(1)].1
    }

    pub(crate) fn last(&self) -> &T {
        &self.steps[self.steps.len() - 1].1
    }

    pub(crate) fn steps(&self) -> &[(i64, T)] {
        &self.steps
    }
}

/// Half-open spans of instants, ascending and apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Spans(pub(crate) Vec<(i64, i64)>);

impl Spans {
    /// When a timeline of switches was on, within [from, until).
    pub(crate) fn while_on<T: Clone + PartialEq>(timeline: &Timeline<T>, from: i64, until: i64, on: impl Fn(&T) -> bool) -> Self {
        let steps = timeline.steps();
        let mut spans: Vec<(i64, i64)> = Vec::new();
        for (i, (start, value)) in steps.iter().enumerate() {
            let start = if i == 0 { from } else { (*start).max(from) };
            let end = steps.get(i + 1).map_or(until, |next| next.0.min(until));
            if start < end && on(value) {
                match spans.last_mut() {
                    Some(last) if last.1 == start => last.1 = end,
                    _ => spans.push((start, end)),
                }
            }
        }
        Self(spans)
    }

    pub(crate) fn and(&self, other: &Self) -> Self {
        let mut both = Vec::new();
        for a in &self.0 {
            for b in &other.0 {
                let (start, end) = (a.0.max(b.0), a.1.min(b.1));
                if start < end {
                    both.push((start, end));
                }
            }
        }
        Self(both)
    }

    pub(crate) fn or(&self, other: &Self) -> Self {
        let mut all: Vec<_> = self.0.iter().chain(&other.0).copied().collect();
        all.sort_unstable();
        let mut merged: Vec<(i64, i64)> = Vec::with_capacity(all.len());
        for span in all {
            match merged.last_mut() {
                Some(last) if span.0 <= last.1 => last.1 = last.1.max(span.1),
                _ => merged.push(span),
            }
        }
        Self(merged)
    }

    pub(crate) fn covers(&self, instant: i64) -> bool {
        self.0.iter().any(|(start, end)| *start <= instant && instant < *end)
    }

    /// Seconds covered within [from, until).
    pub(crate) fn overlap(&self, from: i64, until: i64) -> i64 {
        self.0.iter().map(|(start, end)| (end.min(&until) - start.max(&from)).max(0)).sum()
    }

    pub(crate) fn edges(&self) -> impl Iterator<Item = i64> + '_ {
        self.0.iter().flat_map(|(start, end)| [*start, *end])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn switches_become_spans() {
        let mut line = Timeline::new(0, true);
        line.set(10, false);
        line.set(20, true);
        line.set(25, true);
        assert_eq!(line.steps().len(), 3);
        let on = Spans::while_on(&line, 2, 30, |v| *v);
        assert_eq!(on, Spans(vec![(2, 10), (20, 30)]));
        assert_eq!(on.overlap(5, 22), 7);
        assert_eq!(on.and(&Spans(vec![(8, 21)])), Spans(vec![(8, 10), (20, 21)]));
        assert_eq!(on.or(&Spans(vec![(9, 12)])), Spans(vec![(2, 12), (20, 30)]));
        assert!(on.covers(20) && !on.covers(10));
        assert_eq!((*line.at(-5), *line.at(10), *line.at(19), *line.at(99)), (true, false, false, true));
    }
}
