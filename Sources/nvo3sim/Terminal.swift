import Foundation
import Observe

/// What standard error is.
enum Terminal {
    /// A bar on a terminal, lines elsewhere.
    static func progress(colour: Bool) -> RunProgress.Style {
        guard isatty(2) == 1 else { return .lines }
        var size = winsize()
        let isKnown = ioctl(2, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        return .bar(width: isKnown ? Int(size.ws_col) : 80, colour: colour)
    }
}
