import Foundation

/// Benchmark figures as text or CSV.
public enum BenchReport {
    private static let isOptimised: Bool = {
        #if DEBUG
            false
        #else
            true
        #endif
    }()

    public static func heading(csv: Bool) -> String {
        if csv { return "name,unit,median,min,max,remark\n" }
        let warning = isOptimised ? "" : "This build is not optimised: its figures mean nothing (use -c release).\n"
        return warning + "CPU time of this process; median [min..max] of the repetitions.\n"
    }

    public static func line(_ figure: BenchFigure, csv: Bool) -> String {
        let values = [figure.median, figure.least, figure.most].map { String(format: "%.2f", $0) }
        if csv { return "\(figure.name),\(figure.unit),\(values.joined(separator: ",")),\"\(figure.remark)\"\n" }
        let name = figure.name.padding(toLength: 30, withPad: " ", startingAt: 0)
        return "\(name) \(values[0]) \(figure.unit) [\(values[1])..\(values[2])]  \(figure.remark)\n"
    }
}
