import Foundation
import Testing
import VremenaFFI

extension Boundary {
    /// A cancelled task stops nothing that the core has begun.
    @Suite struct CancellationTests {
        let gallery: Gallery
        let phone: Phone

        init() async throws {
            gallery = try await Gallery.open()
            phone = try await gallery.signedIn()
        }

        @Test func aCaptureCancelledAtAnyMomentIsCapturedOrIsNot() async throws {
            let receipts = try phone.core.receipts()
            var random = Seeded(7)
            var (captured, cancelledMeanwhile) = (Set<Int>(), 0)
            for number in 1...200 {
                let (begins, ends) = (random.next() % 2_000_000, random.next() % 6_000_000)
                let task = Task {
                    // A cancelled task still runs; a shell's own code looks whether it should begin.
                    try await Task.sleep(nanoseconds: begins)
                    let capture = try await receipts.captureText(text: receiptText(number))
                    return (capture, isCancelled: Task.isCancelled)
                }
                try await Task.sleep(nanoseconds: ends)
                task.cancel()
                switch await task.result {
                case .success((.captured, let isCancelled)):
                    captured.insert(number)
                    cancelledMeanwhile += isCancelled ? 1 : 0
                case .success((let other, _)):
                    throw Missing(what: "a capture: \(other)")
                case .failure(let error):
                    #expect(error is CancellationError)
                }
            }
            #expect(!captured.isEmpty && captured.count < 200 && cancelledMeanwhile > 0)

            let page = try await phone.receipts()
            let queue = try await phone.core.outbox().page(after: 0, limit: 200)
            #expect(Set(page.compactMap { $0.identity.map { Int($0.documentNumber) } }) == captured)
            #expect(page.count == captured.count)
            #expect(queue.allSatisfy { $0.kind == "receipt" && $0.wedgedReason == nil })
            #expect(queue.map(\.createdAt).sorted() == page.map(\.capturedAt).sorted())

            for number in 1...200 {
                switch try await receipts.captureText(text: receiptText(number)) {
                case .captured: #expect(!captured.contains(number))
                case .alreadyKnown: #expect(captured.contains(number))
                case .notAccepted(let reason, _): Issue.record("\(number): \(reason)")
                }
            }
            #expect(try await phone.receipts().count == 200)
            #expect(try await phone.core.outbox().page(after: 0, limit: 200).count == 200)
        }

        @Test func aCancelledCallThatWaitsForTheNetworkComesToItsOwnEnd() async throws {
            try await phone.core.shutDown()
            let phone = try await phone.device.with(timeouts: Timeouts(connect: 5, silence: 0.5, total: 5)).open()
            try await gallery.admin.network(faults: ["never"])
            let asked = try await gallery.admin.requests("GET", "/v1/programme/rules")
            let pull = Task { try await phone.core.sync().pull() }
            try await eventually("the request at the gallery") {
                try await gallery.admin.requests("GET", "/v1/programme/rules") > asked
            }
            pull.cancel()
            await #expect(throws: CoreError.Unreachable) { try await pull.value }
            _ = try await phone.core.sync().pull()
        }

        @Test func aCancelledSignInIsASignInOrNone() async throws {
            var random = Seeded(11)
            let account = try phone.core.account()
            for _ in 0..<20 {
                try await account.signOut()
                try await gallery.timePasses(2 * minutes, for: phone.device)
                try await phone.consent()
                _ = try await account.requestCode(phone: somebody)
                let code = try await gallery.admin.code(somebody)
                let task = Task { try await account.signIn(phone: somebody, code: code) }
                try await Task.sleep(nanoseconds: random.next() % 8_000_000)
                task.cancel()
                let member = try await task.value
                #expect(try await account.member() == member)
                _ = try await phone.core.sync().pull()
            }
        }
    }
}
