import Foundation
import Testing
import VremenaFFI

extension Boundary {
    /// An app and its extension: the same files, opened twice.
    @Suite struct SharedFilesTests {
        let gallery: Gallery
        let app: Phone
        let appExtension: Phone

        init() async throws {
            gallery = try await Gallery.open()
            app = try await gallery.signedIn()
            appExtension = try await app.device.open()
        }

        @Test func whileOneSendsTheOtherDoesNotAndGoesOnAsSoonAsTheOneIsPaused() async throws {
            try await app.capture(receiptText(1))
            try await appExtension.capture(receiptText(2))
            guard case .alreadyKnown = try await appExtension.core.receipts().captureText(text: receiptText(1))
            else { throw Missing(what: "the same receipt") }
            try await gallery.admin.network(faults: ["never"])
            let sending = Task { [app] in try await app.drain() }
            try await eventually("a request that is not answered") { try await posted() == 1 }
            let meanwhile = try await appExtension.drain()
            #expect(meanwhile.sent == 0 && meanwhile.remaining == 2 && meanwhile.stopped == .anotherProcess)
            #expect(meanwhile.nextDue != nil)
            try await app.core.pause()
            #expect(try await appExtension.drain().sent == 2)
            #expect(try await gallery.admin.receipts().count == 2)
            // The one's request comes to its end, so that this test does.
            try await gallery.admin.network(listening: false)
            await #expect(throws: CoreError.Paused) { try await sending.value }
            try await gallery.admin.network()
            try await app.core.resume()
            #expect(try await app.drain() == DrainReport(sent: 0, remaining: 0, nextDue: nil, stopped: nil))
            #expect(try await app.receipts().map(\.state) == [.pending, .pending])
        }

        @Test func bothSendAtOnceAndEveryReceiptArrivesOnce() async throws {
            let both = [app, appExtension]
            let receipts = 20
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (place, phone) in both.enumerated() {
                    group.addTask {
                        for number in 1...receipts {
                            try await phone.capture(receiptText(2 * number + place))
                        }
                    }
                }
                try await group.waitForAll()
                for phone in both {
                    group.addTask { try await sendsAll(phone) }
                }
                try await group.waitForAll()
            }
            #expect(try await gallery.admin.receipts().count == 2 * receipts)
            #expect(try await posted() == 2 * receipts, "each is sent once, by whoever has the turn")
            for phone in both {
                #expect(try await phone.queue().isEmpty)
                #expect(try await phone.receipts().allSatisfy { $0.state == .pending })
            }
        }

        private func posted() async throws -> Int {
            try await gallery.admin.requests("POST", "/v1/receipts")
        }
    }
}

/// Sends for as long as anything is left, a few at a time, so that the turn changes.
private func sendsAll(_ phone: Phone) async throws {
    try await eventually("an empty queue") {
        let report = try await phone.drain(DrainBudget(entries: 3))
        guard [nil, .budgetSpent, .anotherProcess].contains(report.stopped) else {
            throw Missing(what: "another end: \(report)")
        }
        return report.remaining == 0
    }
}
