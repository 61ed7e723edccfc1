import Foundation
import Testing
import VremenaFFI

extension Boundary {
    /// A handle that is dropped ends what it stands for.
    @Suite struct HandleTests {
        let gallery: Gallery

        init() async throws {
            gallery = try await Gallery.open()
        }

        @Test func aDroppedSubscriptionEndsItsListenerAndNoOther() async throws {
            let phone = try await gallery.signedIn()
            let stays = Heard<ReceiptsSnapshot>()
            let staying = try phone.core.receipts().observe(listener: stays)
            var goes: Heard<ReceiptsSnapshot>? = Heard()
            weak var gone = goes
            var going: Subscription? = try phone.core.receipts().observe(listener: try goes.orThrow("a listener"))
            try await eventually("the first snapshot") { gone?.count == 1 }
            goes = nil
            #expect(gone != nil, "the subscription holds its listener")
            #expect(going != nil)
            going = nil
            try await eventually("the listener's end") { gone == nil }

            try await phone.capture(receiptText(1))
            try await stays.until("the capture") { $0.queued == 1 }
            try staying.cancel()
        }

        @Test func aCancelledSubscriptionLetsItsListenerGo() async throws {
            let phone = try await gallery.phone()
            var listener: Heard<HomeSnapshot>? = Heard()
            weak var gone = listener
            let subscription = try phone.core.home().observe(listener: try listener.orThrow("a listener"))
            try await eventually("the first snapshot") { gone?.count == 1 }
            listener = nil
            try subscription.cancel()
            try await eventually("the listener's end") { gone == nil }
        }

        @Test(arguments: [Work.byItself, .onDemand])
        func aDroppedAppClosesItsFilesAndLetsItsPortsGo(_ work: Work) async throws {
            let device = try await gallery.device(work: work)
            let folder = device.folder.path
            var lent: StoryClock? = StoryClock()
            weak var clock = lent
            var ports: Ports? = Ports(
                secureStore: device.secrets, connectivity: device.network, log: device.log, clock: lent)
            var core: VremenaCore? = try await VremenaCore.open(
                config: device.config, ports: try ports.orThrow("ports"))
            let listener = Heard<ReceiptsSnapshot>()
            var subscription: Subscription? = try core?.receipts().observe(listener: listener)
            (lent, ports) = (nil, nil)
            try await listener.until("a snapshot")
            #expect(try !openFiles(in: folder).isEmpty)
            #expect(clock != nil && core != nil && subscription != nil)

            core = nil
            #expect(try !openFiles(in: folder).isEmpty, "the subscription holds the app")
            subscription = nil
            try await eventually("closed files") { try openFiles(in: folder).isEmpty }
            try await eventually("the clock's end") { clock == nil }
        }

        @Test func aPartHoldsTheApp() async throws {
            let device = try await gallery.device()
            var core: VremenaCore? = try await VremenaCore.open(config: device.config, ports: device.ports)
            let account = try core.orThrow("the app").account()
            core = nil
            #expect(try await account.member() == nil)
            #expect(try !openFiles(in: device.folder.path).isEmpty)
        }

        @Test func anAppDroppedWhileACallIsUnderWayDoesItToItsEnd() async throws {
            let device = try await gallery.device()
            var phone: Phone? = try await device.open()
            try await gallery.signIn(try phone.orThrow("a phone"))
            let receipts = try phone.orThrow("a phone").core.receipts()
            let calls = (1...10).map { number in
                Task { [receipts] in try await receipts.captureText(text: receiptText(number)) }
            }
            phone = nil
            for call in calls {
                guard case .captured = try await call.value else { throw Missing(what: "a capture") }
            }
            let reopened = try await device.open()
            #expect(try await reopened.receipts().count == 10)
        }

        @Test func anAppThatWasShutDownHasClosedItsFilesAndAnswersPaused() async throws {
            let phone = try await gallery.signedIn(work: .byItself)
            let account = try phone.core.account()
            try await phone.core.shutDown()
            #expect(try openFiles(in: phone.device.folder.path).isEmpty)
            try await phone.core.shutDown()
            await #expect(throws: CoreError.Paused) { try await account.member() }
            await #expect(throws: CoreError.Paused) { try await phone.core.resume() }
            #expect(try openFiles(in: phone.device.folder.path).isEmpty)
        }

        @Test func aListenerMayDropTheLastHandleOfTheApp() async throws {
            let device = try await gallery.device()
            let ender = Ender()
            weak var clock: StoryClock?
            do {
                let lent = StoryClock()
                clock = lent
                let core = try await VremenaCore.open(
                    config: device.config,
                    ports: Ports(
                        secureStore: device.secrets, connectivity: device.network, log: device.log, clock: lent))
                ender.held.set((core, try core.receipts().observe(listener: ender)))
            }
            ender.goOn.signal()
            try await eventually("closed files") { try openFiles(in: device.folder.path).isEmpty }
            try await eventually("the clock's end") { clock == nil }
            #expect(ender.text.get() == "1\u{a0}₽", "the app could be used until then")
            let reopened = try await device.open()
            #expect(try await reopened.core.account().member() == nil)
        }
    }
}

/// Holds the app alone, uses it, ends its own subscription, and drops all of it while it is called.
private final class Ender: ReceiptsListener {
    let held = Locked<(core: VremenaCore, subscription: Subscription)?>(nil)
    let text = Locked("")
    let goOn = DispatchSemaphore(value: 0)

    func onReceipts(snapshot: ReceiptsSnapshot) throws {
        goOn.wait()
        if let (core, subscription) = held.get() {
            text.set(try core.texts().money(amount: 100))
            try subscription.cancel()
        }
        held.set(nil)
    }
}
