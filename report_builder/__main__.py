from report_builder.commands import main

if __name__ == "__main__":
    main()
