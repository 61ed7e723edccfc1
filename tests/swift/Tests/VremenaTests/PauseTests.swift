import Foundation
import Testing
import VremenaFFI

extension Boundary {
    @Suite struct PauseTests {
        let gallery: Gallery
        let phone: Phone

        init() async throws {
            gallery = try await Gallery.open()
            phone = try await gallery.signedIn()
        }

        @Test func everyCallAfterAPauseEndsInPausedAndResumeGoesOn() async throws {
            let core = phone.core
            try await core.pause()
            try await core.pause()
            #expect(try openFiles(in: phone.device.folder.path).isEmpty)
            let paused = CoreError.Paused
            await #expect(throws: paused) { try await core.account().member() }
            let account = try core.account()
            await #expect(throws: paused) { try await account.signOut() }
            await #expect(throws: paused) {
                try await account.decideConsents(choices: [ConsentChoice(purpose: .advertising, granted: true)])
            }
            await #expect(throws: paused) { try await account.consents() }
            await #expect(throws: paused) { try await account.setConsent(purpose: .advertising, granted: true) }
            await #expect(throws: paused) { try await account.sessionState() }
            await #expect(throws: paused) { try await account.linkCard(card: .number(number: "0000000000000000")) }
            await #expect(throws: paused) { try await account.deletion() }
            await #expect(throws: paused) { try await account.delete(acceptedUnsent: 0) }
            await #expect(throws: paused) { try await core.events().list() }
            await #expect(throws: paused) { try await core.events().register(eventId: "any") }
            await #expect(throws: paused) { try await core.feed().items() }
            await #expect(throws: paused) { try await core.feed().picture(itemId: "any") }
            await #expect(throws: paused) { try await core.feed().markRead(itemId: "any") }
            await #expect(throws: paused) { try await core.home().snapshot() }
            await #expect(throws: paused) { try await core.notices().list() }
            await #expect(throws: paused) { try await core.notices().dismiss(noticeId: 1) }
            await #expect(throws: paused) { try await core.outbox().page(after: 0, limit: 1) }
            await #expect(throws: paused) { try await core.outbox().drain(budget: DrainBudget()) }
            await #expect(throws: paused) { try await core.programme().snapshot() }
            await #expect(throws: paused) { try await core.receipts().captureText(text: receiptText(1)) }
            await #expect(throws: paused) { try await core.receipts().page(after: nil, limit: 1) }
            await #expect(throws: paused) { try await core.sync().pull() }
            await #expect(throws: paused) { try await core.wallet().card() }
            await #expect(throws: paused) { try await core.wallet().applePass() }

            try await core.resume()
            try await core.resume()
            try await phone.capture(receiptText(1))
            #expect(try await core.outbox().drain(budget: DrainBudget()).sent == 1)
            #expect(try await phone.onlyReceipt().state == .pending)
        }

        @Test func aPauseWaitsForTheCallsInFlightAndNoneIsHalfDone() async throws {
            let receipts = try phone.core.receipts()
            // A pull that waits for the gallery is in flight for certain.
            try await gallery.admin.network(delay: 500)
            let asked = try await gallery.admin.requests("GET", "/v1/programme/rules")
            let pull = Task { try await phone.core.sync().pull() }
            try await eventually("a pull at the gallery") {
                try await gallery.admin.requests("GET", "/v1/programme/rules") > asked
            }
            let begun = Locked(0)
            let calls = (1...60).map { number in
                Task {
                    begun.change { $0 += 1 }
                    let capture = try await receipts.captureText(text: receiptText(number))
                    guard case .captured = capture else { throw Missing(what: "a capture: \(capture)") }
                }
            }
            try await eventually("calls in flight") { begun.get() > 5 }
            try await phone.core.pause()
            #expect(try openFiles(in: phone.device.folder.path).isEmpty)
            await #expect(throws: CoreError.Paused) { try await pull.value }

            var captured = Set<Int>()
            for (number, call) in zip(1..., calls) {
                switch await call.result {
                case .success: captured.insert(number)
                case .failure(let error): #expect(error as? CoreError == .Paused)
                }
            }
            try await gallery.admin.network()
            try await phone.core.resume()
            let page = try await phone.receipts()
            #expect(Set(page.compactMap { $0.identity.map { Int($0.documentNumber) } }) == captured)
            #expect(try await phone.core.outbox().page(after: 0, limit: 200).count == captured.count)
            _ = try await phone.core.sync().pull()
            #expect(try await Int(phone.core.outbox().drain(budget: DrainBudget()).sent) == captured.count)
        }

        @Test func anObserverOutlivesAPause() async throws {
            let heard = Heard<ReceiptsSnapshot>()
            let subscription = try phone.core.receipts().observe(listener: heard)
            try await heard.until("a snapshot")
            try await phone.core.pause()
            try await phone.core.resume()
            try await phone.capture(receiptText(1))
            try await heard.until("the capture") { $0.queued == 1 }
            try subscription.cancel()
        }

        @Test func pausesAndResumesFromManyTasksEndOpen() async throws {
            let core = phone.core
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<32 {
                    group.addTask {
                        try await core.pause()
                        try await core.resume()
                    }
                }
                try await group.waitForAll()
            }
            try await core.resume()
            try await phone.capture(receiptText(1))
        }
    }
}
