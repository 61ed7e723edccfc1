import Foundation
import VremenaFFI

// What calls cost from Swift: `Bench FOLDER ROUNDS` prints one line for each, its name and nanoseconds, the median of
// ROUNDS batches. FOLDER is a member's, with 50 receipts. Before that it proves that a panic stays inside.

let width = 1280
let height = 960
let receiptCount = 50
let asked = 1_000

struct Unexpected: Error {
    let what: String
}

func expect(_ condition: Bool, _ what: String) throws {
    if !condition { throw Unexpected(what: what) }
}

final class NothingKept: SecureStore {
    func load(key: String) throws -> Data? { nil }
    func save(key: String, value: Data) throws {}
    func remove(key: String) throws {}
}

final class Offline: Connectivity {
    func isOnline() throws -> Bool { false }
}

final class Unheard: LogSink {
    func log(record: LogRecord) throws {}
}

final class Stopped: Clock {
    let at = Date(timeIntervalSince1970: 1_773_489_600)
    func now() throws -> Date { at }
}

func panicsStayInside(_ probe: Probe) async throws {
    do {
        try probe.panics()
        throw Unexpected(what: "a panic was no error")
    } catch CoreError.Internal {}
    do {
        try await probe.panicsAsync()
        throw Unexpected(what: "a panic was no error")
    } catch CoreError.Internal {}
    try expect(try probe.small(number: 1) == 2, "the core does not go on")
}

func tell(_ name: String, _ nanoseconds: UInt64) {
    print(name, nanoseconds)
}

func nanoseconds(since start: DispatchTime) -> UInt64 {
    DispatchTime.now().uptimeNanoseconds - start.uptimeNanoseconds
}

func median(_ rounds: Int, _ calls: Int, _ call: () async throws -> Void) async throws -> UInt64 {
    var batches: [UInt64] = []
    for round in 0..<(rounds + rounds / 10 + 1) {
        let start = DispatchTime.now()
        for _ in 0..<calls { try await call() }
        let took = nanoseconds(since: start) / UInt64(calls)
        if round > rounds / 10 { batches.append(took) }
    }
    return batches.sorted()[batches.count / 2]
}

func measure(_ core: VremenaCore, _ probe: Probe, rounds: Int) async throws {
    let receipt = try probe.page()[0]
    let frame = Data((0..<(width * height)).map { UInt8($0 / width / 2 % 192 + 64) })
    let last = frame[frame.count - 1]
    let receipts = try core.receipts()
    let live = try core.scanner().live()

    tell("small", try await median(rounds, 1_000) { try expect(try probe.small(number: 1) == 2, "small") })
    tell("small_async", try await median(rounds, 100) { try expect(try await probe.smallAsync(number: 1) == 2, "small") })
    tell("echo", try await median(rounds, 100) { try expect(try probe.echo(receipt: receipt).localId == 0, "echo") })
    tell("page", try await median(rounds, 10) { try expect(try probe.page().count == receiptCount, "page") })
    tell("page_from_disk", try await median(rounds, 10) {
        try expect(try await receipts.page(after: nil, limit: UInt32(receiptCount)).count == receiptCount, "page")
    })
    tell("frame", try await median(rounds, 100) { try expect(try probe.frame(luma: frame) == last, "frame") })
    tell("frame_scanned", try await median(rounds, 2) {
        let outcome = try live.frame(
            luma: frame, width: UInt32(width), height: UInt32(height), stride: UInt32(width), rotation: .none)
        try expect(outcome.codes.isEmpty, "frame")
    })
    let clock = Stopped()
    let port = try await median(rounds, 1) { _ = try probe.ask(clock: clock, times: UInt32(asked)) }
    tell("port", port / UInt64(asked))
}

guard CommandLine.arguments.count == 3, let rounds = Int(CommandLine.arguments[2]) else {
    throw Unexpected(what: "usage: Bench FOLDER ROUNDS")
}
let config = Config(
    directory: CommandLine.arguments[1], baseUrl: "http://127.0.0.1:9", language: .ru, work: .onDemand)
let ports = Ports(secureStore: NothingKept(), connectivity: Offline(), log: Unheard())
let core = try await VremenaCore.open(config: config, ports: ports)
let probe = try Probe.beside(core: core)
try await panicsStayInside(probe)
try await measure(core, probe, rounds: rounds)
try await core.shutDown()
