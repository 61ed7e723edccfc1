import Foundation
import VremenaFFI

/// Hears of snapshots, keeps them, and throws what a test wants to be thrown.
final class Heard<Snapshot: Sendable>: Sendable {
    let fault = Fault(nil)
    private let snapshots = Locked<[Snapshot]>([])

    var count: Int {
        snapshots.get().count
    }

    /// Waits for the newest snapshot to be one for which `holds`.
    @discardableResult
    func until(_ what: String, _ holds: (Snapshot) -> Bool = { _ in true }) async throws -> Snapshot {
        try await eventually(what) { snapshots.get().last.flatMap { holds($0) ? $0 : nil } }
    }

    private func hear(_ snapshot: Snapshot) throws {
        snapshots.change { $0.append(snapshot) }
        if let fault = fault.get() { throw fault }
    }
}

extension Heard: AppealsListener where Snapshot == AppealsSnapshot {
    func onAppeals(snapshot: AppealsSnapshot) throws { try hear(snapshot) }
}

extension Heard: CardListener where Snapshot == Card? {
    func onCard(card: Card?) throws { try hear(card) }
}

extension Heard: EventsListener where Snapshot == EventsSnapshot {
    func onEvents(snapshot: EventsSnapshot) throws { try hear(snapshot) }
}

extension Heard: FeedListener where Snapshot == FeedSnapshot {
    func onFeed(snapshot: FeedSnapshot) throws { try hear(snapshot) }
}

extension Heard: HomeListener where Snapshot == HomeSnapshot {
    func onHome(snapshot: HomeSnapshot) throws { try hear(snapshot) }
}

extension Heard: NoticesListener where Snapshot == NoticesSnapshot {
    func onNotices(snapshot: NoticesSnapshot) throws { try hear(snapshot) }
}

extension Heard: ProgrammeListener where Snapshot == ProgrammeSnapshot {
    func onProgramme(snapshot: ProgrammeSnapshot) throws { try hear(snapshot) }
}

extension Heard: QueueListener where Snapshot == QueueSnapshot {
    func onQueue(snapshot: QueueSnapshot) throws { try hear(snapshot) }
}

extension Heard: ReceiptsListener where Snapshot == ReceiptsSnapshot {
    func onReceipts(snapshot: ReceiptsSnapshot) throws { try hear(snapshot) }
}

extension Heard: RemindersListener where Snapshot == RemindersSnapshot {
    func onReminders(snapshot: RemindersSnapshot) throws { try hear(snapshot) }
}
